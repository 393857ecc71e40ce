"""The words around labels in answers: what leads to them, what explains them, what denies them.

English and Chinese, the languages of most EMER data, and the common forms of a few others.
"""

import re

_I = re.IGNORECASE

# "Labels: ...", "The possible emotional states of the character, judging by her gaze, are: ..."
HEADING = re.compile(
    r"\b(?:emotion\w*|states?|labels?|feelings?|moods?|answers?|assistant|response|results?|output|list"
    r"|based on|clues|conclusion"
    r"|émotions?|étiquettes?|gefühle?|emotionen|emoci[oó]n(?:es)?|sentimientos?|estados?)\b"
    r"|情绪|情感|心情|标签|情緒|標籤|感情|答案|状态|狀態|根据|综合|감정|상태",
    _I,
)
# "Reason: ...", whose other side is no list.
REMARK = re.compile(
    r"^\W*(?:\w+\s+)?(?:reason\w*|explanation|evidence|note|because|rationale|analysis|description"
    r"|clues?|confidence|context|justification)\b|^\W*(?:原因|理由|依据|解释|分析|说明|注|线索|證據|证据)",
    _I,
)

_PART = (  # of a face, a voice or a picture: what is said of it is a clue
    r"eye\w*|brows?|voice|tone|lips?|mouth|jaw|hands?|fists?|fingers?|shoulders?|gaze|face|posture"
    r"|head|body|speech|words?|forehead|cheeks?|corners?|breath\w*|movements?"
    r"|gestures?|pitch|volume|pace|smile|language|arms?|chin|nose|teeth|look"
)
_ADVERB = (
    r"(?:(?:may|might|could|can|must|would|will|to|also|now|currently|likely|probably|possibly|perhaps"
    r"|maybe|clearly|mainly|generally|mostly|primarily|simultaneously|initially|really|actually|just"
    r"|still|be|been|being|have|has|had|best|both|rather|quite|more|feeling|experiencing)\s+)*"
)
# A verb that tells of somebody's state, and not of a part of the face.
PREDICATE = re.compile(
    rf"(?:(?<=\bhe)|(?<=\bshe)|(?<=\bit)|(?<=\bthere)|(?<=\bthey)|(?<=\bI))['’](?:s|re|m)\b\s*{_ADVERB}"
    rf"|(?<![\w'’])(?P<denied>(?:(?:(?:do|does|did|can|could|will|would)(?:\s+not|n['’]t)|cannot)\s+)?)(?:"
    r"(?:feel|seem|appear|look|sound)(?:s|ed|ing)?|felt|(?:is|are|was|were|be|being|'s|'re)(?P<not>n['’]t)?"
    r"|experienc(?:e|es|ed|ing)|(?:show|express|display|exhibit|convey)(?:s|es|ed|ing)?"
    r"|includ(?:e|es|ed|ing)|remain(?:s|ed)?|becom(?:e|es|ing)|became|grows?|(?:start|end)(?:s|ed)?\s+(?:out|off|up)|turn(?:s|ed)?\s+(?:into|to)|described\s+as|such\s+as|namely"
    r"|semble(?:nt)?|est|sont|para[iî]t|ressent|se\s+sent|wirkt|scheint|ist|sind|fühlt\s+sich"
    r"|parece(?:n)?|est[áa]|se\s+siente"
    rf")\b\s*{_ADVERB}(?:(?:as|être|estar|zu\s+sein)\s+)?",
    _I,
)
ABOUT_A_PART = re.compile(
    rf"\b(?:{_PART})(?:\s+(?:in|of|on|at)\s+(?:\w+\s+){{1,2}})?\W*$|^\s*(?:this|that|which|it)\s*$"
    r"|^\W*(?:the|this)\s+(?:video|scene|clip|image|camera|room|frame|audio)\W*$",
    _I,
)
CHINESE_PREDICATE = re.compile(
    r"(?:可能|或许|也许|似乎|应该|大概|显然|明显){0,3}(?:会|还|正|很可能|更多地?)?"
    r"(?:感到|觉得|感觉到?|看起来|看上去|显得|处于|表现出|表现得|表现为|表现|呈现出|流露出|透露出|传达出|体现出"
    r"|充满|变得|变成|变为|转为|转变为|只剩下?|剩下|可以用|可用|心情既|情绪既|带有|带着|怀有|产生|包括|包含|(?:状态|情绪|情感|心情|标签|人物|角色|他|她|人)(?:可能|应该|大概|主要)?"
    r"(?:是|为|有|比较|上|(?=很|非常|十分))|推断为|判断为|归纳为)(?:了|着|出)?"
)
JAPANESE_PREDICATE = re.compile(r"(?:感情|気持ち|状態)(?:は|として)")

# From here on a clause tells why.
EXPLANATION = re.compile(
    r"\b(?:because|since|due\s+to|given|which|who|whose|based\s+on|indicated|judging|suggesting"
    r"|suggested|showing|evident|evidenced|reflected|considering|thanks\s+to|parce\s+que|car|weil|da"
    r"|porque|as\s+(?:he|she|they|it|the|his|her|their|there|evidenced|shown|indicated|seen|can|if"
    r"|though|suggested|reflected))\b"
    r"|\s[-–—]+\s|——|—|[，,]?(?:因为|由于|因為|从而|這|这(?:表明|说明|可能)|说明|表明|例如|比如|体现在|所以)",
    _I,
)
DENIAL = re.compile(
    r"^\W*(?:(?:but|and|yet|so|he|she|they|it|there|is|are|was|were|shows?|with|seems?|appears?|feels?"
    r"|just|clearly|certainly|definitely)\s+)*"
    r"(?:not?\b|never|none|neither|nor|without|isn['’]t|aren['’]t|wasn['’]t|doesn['’]t|didn['’]t"
    r"|rather\s+than|instead\s+of|cannot|can['’]t|lack(?:s|ing)?\b|absence|devoid|nicht|kein\w*|ni\b|pas\b|sans\b"
    r"|sin\b|ohne\b|weder)"
    r"|^\W*(?:[他她]|这个人|人物|但|并|也|而|并且)*"
    r"(?:没有|沒有|没|并不|並不|并非|並非|不是|而不是|而非|毫无|毫無|并没有|不再|不太|未见|缺乏)",
    _I,
)
SEPARATOR = re.compile(
    r"[,;/|&\n，；、。،؛।・]"
    r"|(?<=\w)[.!?！？](?=\s|$)"
    r"|\s\(?\d{1,2}[.)](?=\s)|\s[*•·]\s"
    r"|\b(?:and|or|nor|but|yet|though|although|while|however|as\s+well\s+as|along\s+with|et|ou|und|oder|y"
    r"|rather\s+than(?=\s)|instead\s+of(?=\s)|without(?=\s)|maybe|perhaps|(?:mixed|tinged|accompanied|coupled"
    r"|combined|paired)\s+(?:with|by)|with(?=\s+(?:an?\s+|some\s+)?(?:\w+\s+)?(?:sense|hints?|touch|trace|traces|undertones?|notes?|tinge|mix"
    r"|bit|element|elements|feelings?)\s))\b"
    r"|(?<![平温柔缓缓祥随緩溫隨])和(?![蔼谐善气睦藹諧氣])|以及|及其|或者|或是|还是|或(?!许)|(?<=既[一-龥]{2})又|(?<=既[一-龥]{3})又|并且|还有|還有|同时|夹杂着?"
    r"|而(?=是|不|非)|(?<!参)与|(?<=[一-龥])、|(?<=[みきさしれァ-ヶ一-龥])と(?=[ァ-ヶ一-龥])|\s(?:및|그리고)\s",
    _I,
)
# Separators that pass a denial on: "not happy or sad".
PASSES_DENIAL = re.compile(r"^(?:or|nor|ou|ni|oder|或|或者)$", _I)

# What is no part of a label, before it and behind it.
BEFORE = re.compile(
    r"^\W*(?:(?:and|but|also|even|possibly|probably|likely|perhaps|maybe|potentially|apparently"
    r"|seemingly|possible|potential|apparent|mainly|primarily|mostly|predominantly|generally|overall|both|either|then|just|only|still|some|any"
    r"|feeling|being|feels?|seems?|looks?|appears?|is|are|somewhat\s+(?=of)|um|well|rather\s+(?=than)"
    r"|an?\s+(?=(?:\w+\s+)?(?:sense|feeling|mix|mixture|hint|touch|note|trace|element|combination|degree|state"
    r"|moment|expression|tinge|blend)\b)"
    r"|(?:(?:strong|slight|deep|clear|certain|general|genuine|subtle|positive|negative)\s+)?(?:sense|feelings?"
    r"|mix(?:ture)?|hints?|touch|notes?|traces?|elements?|combination|degree|states?|signs?|moments?"
    r"|expressions?|emotions?|tinge|blend)\s+(?:of|like)"
    r"|(?:the|an?)\s++(?!bit\b|little\b|lot\b|loss\b)|one\s+of|in\s+(?:an?|the)\s+\w+\s+of)\s+"
    r"|(?:the|an?)\s++(?!bit\b|little\b|lot\b|loss\b)"
    r"|(?:可能|或许|也许|似乎|应该|只是|而是|更多的?是|反而|但|但是|并|也|还|既|又|最后|后来|以及|较为|比较|有些|有点儿?|有一些?|一些|些许|些|略带"
    r"|略显|略微|稍微|一丝丝?|带有|感到|觉得|显得|表现出|为|是|有|了|正|一种|某种|强烈的|明显的|轻微的|伴随着?))+",
    _I,
)
BEHIND = re.compile(
    r"(?:\s+(?:emotions?|feelings?|moods?|states?|expressions?|tone|too|as\s+well|etc|overall|at\s+(?:all|first"
    r"|the\s+(?:moment|same\s+time))|right\s+now))+$"
    r"|(?:来形容|来描述|来概括)?(?:的|等|等等|之情|之类|这类|类)*(?:情绪|情感|心情|心理|状态|感受|表情|的样子|情緒)*(?:上)?(?:的|等|等等|了|吧)*$"
    r"|(?:を)?(?:感じて(?:いる|います)|している|しています|です|でしょう|様子|な状態)+$"
    r"|(?:입니다|이다|을 느끼고 있습니다|느낌)$",
    _I,
)
# "angry at her friend": what it is about is no part of it, unless it begins so ("in love").
ABOUT = re.compile(
    r"(?<=\w)\s+(?:at|about|toward|towards|with|by|for|from|over|to|that|when|in|on|after|before|than|if"
    r"|of(?=\s+(?:his|her|their|the|him|them|it|being|what|having|my)\s)|through|throughout|within|across|during|regarding|despite|until|under|into)\s",
    _I,
)
SENTENCE_END = re.compile(
    r"(?<=[\w)）\"”’'*])(?<![\s(]\d)(?<![\s(]\d\d)(?<!^\d)[.!?](?=\s|$)|[。！？\n]|(?<=\w);\s+(?=(?:he|she|they|the|it)\b)",
    _I,
)
