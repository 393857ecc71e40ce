"""Forty invented sentences of everyday talk, three in Mandarin, and two in French."""

SENTENCES = """\
I did not think you would come back so soon.
She left the keys on the kitchen table.
We waited for three hours in the rain.
Nobody told me that the meeting was moved.
The children are playing in the garden.
He promised to call me after dinner.
Why did you not say anything before?
It was the best day of my whole life.
They sold the house without asking us.
I am really sorry about what happened.
The doctor said everything will be fine.
Please close the window, it is getting cold.
You always forget my birthday.
My brother works in a small bakery.
That was not what I wanted to hear.
We should visit your grandmother this weekend.
The letter arrived this morning.
I have never been so angry in my life.
Can you help me carry these boxes?
The old dog sleeps under the tree.
He was late again and the teacher noticed.
There is nothing left in the fridge.
I think we made a terrible mistake.
The music was too loud for the neighbours.
She smiled when she saw the picture.
You have no idea how tired I am.
The plane lands at a quarter past six.
Everyone laughed, but I did not get the joke.
Do you remember the summer at the lake?
He put the money back into the drawer.
I was afraid that nobody would listen.
The shop on the corner is closed today.
We have to talk about the wedding.
My mother still keeps all my letters.
It does not matter what they think.
The baby finally fell asleep.
I will be there before you wake up.
His hands were shaking when he opened it.
They have been friends for twenty years.
I wish you had told me the truth.""".splitlines()

MANDARIN = ["我没想到你会这么快回来。", "她把钥匙放在厨房的桌子上了。", "我们在雨里等了三个小时。"]
FRENCH = ["La lettre est arrivée ce matin.", "Je n'ose pas l'ouvrir, j'ai tellement peur."]
