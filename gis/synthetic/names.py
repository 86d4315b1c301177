"""Made-up Chinese names: plausible, and none taken from a real city's map, hospital, school or person."""

from __future__ import annotations

import numpy as np

from network.columns import Int64

Texts = np.ndarray
"""Shape (n,), dtype object: str."""

CITY = "合成演示城"
_FIRST = (
    "安宁和兴永泰瑞祥福康文明德仁义信华光阳春秋星云青翠玉金银锦绣百千万"
    "景清碧荷柳松竹梅兰桂枫榆槐丰裕昌盛隆顺平富嘉吉庆新望凤鹤鹿龙"
)
_SECOND = (
    "宁和兴泰安祥康乐文明德仁礼信华光阳晖辰云泉溪湖河山岭峰林园荷柳松竹"
    "梅兰桂枫榆槐丰裕昌盛隆顺平贵嘉吉庆城亭台桥门湾浦洲原谷"
)
_ORDINALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_ESTATES = ("小区", "花园", "家园", "苑", "新村", "嘉园", "佳苑", "雅居", "新苑", "公寓", "名苑", "华庭")
_DIGITS = "零一二三四五六七八九"


def words(count: int, rng: np.random.Generator) -> Texts:
    """*count* different two-character words; beyond their number they return with an ordinal."""
    pairs = [first + second for first in dict.fromkeys(_FIRST) for second in dict.fromkeys(_SECOND) if first != second]
    order = rng.permutation(len(pairs))
    rounds, at = np.divmod(np.arange(count), len(pairs))
    out = [pairs[order[i]] + _ordinal(int(turn)) for turn, i in zip(rounds.tolist(), at.tolist(), strict=True)]
    return np.array(out, dtype=object)


def _ordinal(turn: int) -> str:
    return _ORDINALS[turn] if turn < len(_ORDINALS) else chinese_number(turn)


def estates(count: int, rng: np.random.Generator) -> Texts:
    """Names of residential communities."""
    kinds = rng.integers(0, len(_ESTATES), count)
    return np.array(
        [word + _ESTATES[kind] for word, kind in zip(words(count, rng), kinds.tolist(), strict=True)], object
    )


def chinese_number(value: int) -> str:
    """Number below 10,000 as it is spoken: 12 is 十二, 305 is 三百零五."""
    if value < 10:
        return _DIGITS[value]
    parts, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            parts += ("零" if gap else "") + _DIGITS[digit] + sign
            gap = False
        else:
            gap = bool(parts)
    return parts[1:] if parts.startswith("一十") else parts


def ids(prefix: str, count: int) -> Texts:
    """Ids such as P00012, numbered from 1, wide enough for all."""
    width = max(4, len(str(count)))
    return np.array([f"{prefix}{number:0{width}d}" for number in range(1, count + 1)], dtype=object)


def pick(table: Texts, rows: Int64) -> Texts:
    """Texts of *rows*; "" where a row is negative."""
    extended = np.append(table, np.array([""], dtype=object))
    return extended[np.where(rows < 0, len(table), rows)]
