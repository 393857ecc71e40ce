"""Whether an answer refuses: a model that will not or cannot say is no witness of anything."""

import re

_UNABLE = (
    r"(?:cannot|can['’]?t|can\s+not|could\s+not|couldn['’]t|unable|not\s+able|impossible|not\s+possible"
    r"|difficult|hard|won['’]t|not\s+comfortable|not\s+capable)"
)
_JUDGE = (
    r"(?:determin\w*|identif\w*|recogni[sz]\w*|tell|infer\w*|assess\w*|provid\w*|assist\w*|help\w*|say"
    r"|judg\w*|analy[sz]\w*|answer\w*|discern\w*|see|view|watch|access\w*|interpret\w*|make|label\w*|know"
    r"|ascertain\w*|comply|fulfil\w*|pinpoint\w*|deduc\w*|conclu\w*|comment\w*|speculat\w*|describ\w*|gauge)"
)
_REFUSAL = re.compile(
    rf"\b{_UNABLE}\b[^.\n]{{0,60}}?\b{_JUDGE}\b|\b(?:undeterminable|indeterminable|undetermined)\b"
    rf"|\bunable\s+to\b|\b(?:be|been)\s+{_JUDGE}\b[^.\n]{{0,20}}\bnot\s+possible"
    r"|\bas\s+an?\s+(?:ai|artificial|language\s+model|assistant)\b"
    r"|\bi\s*(?:am|['’]m)\s+(?:sorry|unable|afraid)\b|\bsorry\b[^.\n]*\b(?:but|can)"
    r"|\b(?:not\s+enough|insufficient|no|lack\s+of)\s+(?:\w+\s+){0,2}(?:information|context|evidence|clues|data)\b"
    r"|\bno\s+(?:\w+\s+){0,3}(?:emotions?|emotional\s+(?:states?|cues)|feelings?)\b"
    r"|\b(?:emotion\w*|emotional\s+states?|feelings?)\b[^.\n]{0,40}\b(?:unclear|unknown|not\s+clear|ambiguous)\b"
    r"|(?:无法|無法|不能|难以|難以|很难|无从|不便|没法)[^。\n]{0,20}?"
    r"(?:判断|判斷|确定|確定|识别|識別|推断|推斷|得出|看出|看到|回答|提供|分析|辨认|辨别|得知|说明|给出|观看|判定|描述)"
    r"|(?:没有|沒有|无|並無|并无|未见|缺乏|缺少)(?:任何|明显|明顯|足够|足夠|明确|清晰|显著|特别|强烈|的|表现出)*"
    r"(?:情绪|情緒|情感|信息|線索|线索|表情|资料)"
    r"|抱歉|对不起|信息不足|信息不够|資訊不足|看不出|不清楚|不确定|作为(?:一个|一名)?[^，。]{0,6}(?:AI|人工智能|语言模型|助手)"
    r"|\b(?:désolée?|je\s+ne\s+peux\s+pas|impossible\s+de|pas\s+possible)\b"
    r"|\b(?:tut\s+mir\s+leid|leider|kann\s+(?:ich\s+)?(?:\w+\s+){0,6}nicht|nicht\s+(?:möglich|erkennbar|bestimm\w*))\b"
    r"|\b(?:lo\s+siento|no\s+puedo|no\s+es\s+posible|imposible|no\s+se\s+puede)\b"
    r"|できません|できない|申し訳|判断不能|わかりません|分かりません|할\s*수\s*없|죄송|알\s*수\s*없|불가능",
    re.IGNORECASE,
)


_UNCLEAR = re.compile(
    r"\W*(?:(?:the|his|her|their|this|that|speaker['’]s|person['’]s|character['’]s)\s+)*"
    r"(?:(?:emotion(?:al)?(?:\s+(?:state|label))?|feeling|mood|state|answer|label)s?"
    r"(?:\s+(?:is|are|remains?|seems?|appears?(?:\s+to\s+be)?)|\s*:)\s+)?"
    r"(?:(?:rather|quite|too|largely|mostly)\s+)?(?:unclear|not\s+clear)\W*",
    re.IGNORECASE,
)


def says_unclear(text: str) -> bool:
    """Whether `text` says that the emotion is unclear, and nothing else: "The emotional state is
    unclear." """
    return _UNCLEAR.fullmatch(" ".join(text.split())) is not None


def is_refusal(text: str) -> bool:
    """Whether `text` says that no emotion can, will or may be named.

    Ask only of an answer without a label: "I cannot be sure, but she looks sad" names one.
    """
    return _REFUSAL.search(" ".join(text.split())) is not None
