"""Languages as file names, streams, columns and programs name them: `en`, `eng`, `English`."""

import re

# ISO 639-1, then the codes of ISO 639-2 and -3, then names in English.
_KNOWN = """
af afr afrikaans|am amh amharic|ar ara arabic|as asm assamese|az aze azerbaijani|ba bak bashkir
be bel belarusian|bg bul bulgarian|bn ben bengali|bo bod tib tibetan|br bre breton|bs bos bosnian
ca cat catalan|cs ces cze czech|cy cym wel welsh|da dan danish|de deu ger german|el ell gre greek
en eng english|eo epo esperanto|es spa spanish|et est estonian|eu eus baq basque
fa fas per persian farsi|fi fin finnish|fo fao faroese|fr fra fre french|ga gle irish
gl glg galician|gu guj gujarati|ha hau hausa|he heb hebrew|hi hin hindi|hr hrv croatian
ht hat haitian|hu hun hungarian|hy hye arm armenian|id ind indonesian|is isl ice icelandic
it ita italian|ja jpn japanese|jv jav javanese|ka kat geo georgian|kk kaz kazakh|km khm khmer
kn kan kannada|ko kor korean|la lat latin|lb ltz luxembourgish|ln lin lingala|lo lao
lt lit lithuanian|lv lav latvian|mg mlg malagasy|mi mri mao maori|mk mkd mac macedonian
ml mal malayalam|mn mon mongolian|mr mar marathi|ms msa may malay|mt mlt maltese
my mya bur burmese|ne nep nepali|nl nld dut dutch|nn nno|no nor norwegian|nb nob|oc oci occitan
pa pan punjabi|pl pol polish|ps pus pashto|pt por portuguese|ro ron rum romanian|ru rus russian
sa san sanskrit|sd snd sindhi|si sin sinhala|sk slk slo slovak|sl slv slovenian|sn sna shona
so som somali|sq sqi alb albanian|sr srp serbian|su sun sundanese|sv swe swedish|sw swa swahili
ta tam tamil|te tel telugu|tg tgk tajik|th tha thai|tk tuk turkmen|tl tgl fil tagalog|tr tur turkish
tt tat tatar|uk ukr ukrainian|ur urd urdu|uz uzb uzbek|vi vie vietnamese|xh xho xhosa
yi yid yiddish|yo yor yoruba|yue cantonese|zh zho chi cmn chinese mandarin|zu zul zulu
"""
_CODES = {name: entry.split()[0] for entry in re.split(r"[|\n]", _KNOWN) for name in entry.split()}


def iso_639_1(name: str) -> str | None:
    """`en` of `en`, `eng`, `English`, `en-GB` and `en_US`; None of what is no language."""
    return _CODES.get(re.split(r"[-_]", name.strip(), maxsplit=1)[0].casefold())
