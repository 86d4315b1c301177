"""What offices call things, in Chinese and English: names of layers and columns, words in them. For drafts only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LINE_LAYERS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("service", ("service", "接户", "入户", "户线")),
    ("road", ("road", "street", "道路", "路网")),
    ("pipe", ("pipe", "main", "arc", "conduit", "管线", "管段", "管道", "给水", "供水", "line")),
)
POLYGON_LAYERS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("zone", ("zone", "压力分区", "压力区")),
    ("dma", ("dma", "district", "计量", "分区")),
    ("place", ("place", "building", "community", "小区", "建筑", "河", "湖", "公园")),
)
POINT_LAYERS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("hydrant", ("hydrant", "消火栓", "消防栓")),
    ("customer", ("customer", "connec", "account", "meter", "用户", "水表", "户表")),
    ("station", ("station", "二供", "二次供水", "泵房")),
    ("pump", ("pump", "泵站", "加压", "水泵")),
    ("sensor", ("sensor", "gauge", "测压", "监测")),
    ("source", ("source", "plant", "reservoir", "tank", "水源", "水厂", "水池", "水库", "水塔")),
    ("valve", ("valve", "阀")),
    ("junction", ("junction", "node", "管点", "节点", "点")),
)

_ID = ("id", "code", "assetid", "facilityid", "编号", "编码", "唯一标识", "标识码", "gid", "objectid")
_POINT_ID = ("管点编号", "物探点号", "点号", "设备编号", "nodeid")
_DN = (
    "dn", "dnmm", "diameter", "diametermm", "diam", "dia", "size", "管径", "口径", "公称直径", "公称口径", "直径",
    "断面尺寸",
)  # fmt: skip
_DEPTH = ("depth", "depthm", "cover", "埋深", "管顶埋深", "起点埋深", "井深")
_PIPE = ("pipeid", "arcid", "mainid", "pipe", "所属管线", "所在管线", "管线编号", "管段编号")
_PLACE = ("landmark", "location", "安装位置", "位置", "参照物", "地址")
_NAME = ("name", "名称", "单位名称")

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pipe": {
        "id": ("pipeid", "arcid", "mainid", "管线编号", "管段编号", "管线编码", "管段编码", "管线号", *_ID),
        "from_node": (
            "fromnode", "startid", "startnode", "node1", "fnode", "nodefrom", "起点点号", "起点编号", "起始点号",
            "起点号",
            "起点物探点号", "起点", "上游点号",
        ),
        "to_node": (
            "tonode", "endid", "endnode", "node2", "tnode", "nodeto", "终点点号", "终点编号", "终止点号", "终点号",
            "终点物探点号", "终点", "连接点号", "下游点号",
        ),
        "dn_mm": _DN,
        "material": ("material", "mat", "matcode", "材质", "管材", "管道材质", "材料"),
        "year": (
            "year", "installyear", "yearinstalled", "builtdate", "installdate", "建设年代", "建设年份", "敷设年份",
            "敷设年代",
            "埋设年代", "安装年份", "竣工日期", "安装日期", "年代", "年份",
        ),
        "depth_m": _DEPTH,
        "dma_id": ("dmaid", "dma", "dma分区", "计量分区", "所属分区", "分区编号"),
        "length_m": ("length", "lengthm", "管长", "长度", "管段长度"),
        "road": ("road", "street", "roadname", "所在道路", "道路名称", "所属道路", "道路", "街道"),
    },
    "valve": {
        "id": ("valveid", "阀门编号", "阀门编码", *_POINT_ID, *_ID),
        "kind": ("kind", "valvetype", "type", "阀门类型", "阀门种类", "附属物", "附属物类型", "特征", "类型",
        "category"),
        "dn_mm": _DN,
        "normal": ("normal", "normalstatus", "正常状态", "常态", "常开常闭"),
        "current": ("current", "status", "closed", "position", "开关状态", "启闭状态", "阀门状态", "当前状态"),
        "condition": ("condition", "broken", "完好状态", "阀门状况", "设备状况", "完好情况", "使用状态"),
        "pipe_id": _PIPE,
        "turns": ("turns", "圈数", "启闭圈数", "开关圈数"),
        "closes": ("closes", "关闭方向", "启闭方向", "旋转方向"),
        "depth_m": _DEPTH,
        "chamber": ("chamber", "井号", "井编号", "阀门井编号", "阀井编号"),
        "landmark": _PLACE,
    },
    "pump": {
        "id": ("pumpid", *_POINT_ID, *_ID),
        "name": _NAME,
        "pipe_id": _PIPE,
        "storage_m3": ("storage", "水池容积", "容积"),
    },
    "source": {
        "id": ("sourceid", *_POINT_ID, *_ID),
        "kind": ("kind", "type", "类型", "附属物"),
        "name": _NAME,
        "volume_m3": ("volume", "容积", "有效容积"),
    },
    "customer": {
        "id": ("customerid", "connecid", "accountid", "户号", "用户编号", "水表编号", "表号", *_POINT_ID, *_ID),
        "name": ("customername", "户名", "用户名称", "用户名", *_NAME),
        "address": ("address", "用水地址", "地址", "装表地址", "street"),
        "phone": ("phone", "telephone", "tel", "联系电话", "电话", "手机"),
        "category": ("category", "usetype", "用水性质", "用水类别", "用户类型", "用户类别"),
        "people": ("people", "population", "人口", "人数"),
        "households": ("households", "dwellings", "户数"),
        "pipe_id": _PIPE,
        "station_id": ("stationid", "泵房编号", "二供编号"),
        "meter_id": ("meterid", "customercode", "水表编号", "表号", "表身号"),
    },
    "hydrant": {
        "id": ("hydrantid", "消火栓编号", "消防栓编号", *_POINT_ID, *_ID),
        "name": _NAME,
        "pipe_id": _PIPE,
        "dn_mm": _DN,
    },
    "service": {"id": ("serviceid", *_ID), "customer_id": ("customerid", "户号", "用户编号"), "pipe_id": _PIPE},
    "station": {
        "id": ("stationid", "泵房编号", *_POINT_ID, *_ID),
        "name": ("泵房名称", "小区名称", *_NAME),
        "kind": ("kind", "type", "供水方式", "类型"),
        "storage_m3": ("storage", "水箱容积", "水池容积", "容积"),
    },
    "junction": {
        "id": ("junctionid", *_POINT_ID, *_ID),
        "elevation_m": ("elevation", "elevationm", "elev", "ground", "地面高程", "高程", "地面标高"),
    },
    "sensor": {"id": ("sensorid", *_POINT_ID, *_ID), "name": _NAME, "kind": ("kind", "type", "类型")},
    "dma": {"id": ("dmaid", "分区编号", *_ID), "name": ("dmaname", "分区名称", *_NAME)},
    "zone": {"id": ("zoneid", *_ID), "name": _NAME},
    "road": {"id": ("roadid", "道路编号", *_ID), "name": ("roadname", "道路名称", "路名", "street", *_NAME)},
    "place": {"id": _ID, "name": ("小区名称", "建筑名称", *_NAME)},
}  # fmt: skip
"""Our columns and what they are called elsewhere, likeliest first; compare as :func:`plain`."""

KIND_COLUMNS = (
    "附属物", "附属物类型", "kind", "valvetype", "阀门类型", "阀门种类", "特征", "点类型", "设备类型", "type",
    "类型", "category",
)  # fmt: skip
"""Columns by which a layer of all sorts of points is split, likeliest first."""

# Longest first where one word holds another: 排气阀 before 阀.
POINT_WORDS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("hydrant", "", ("消火栓", "消防栓", "hydrant")),
    ("valve", "air", ("排气", "空气阀", "air")),
    ("valve", "washout", ("排泥", "泄水", "放空", "排水阀", "washout", "blowoff", "blow-off", "scour", "drain")),
    ("valve", "check", ("止回", "单向阀", "逆止", "倒流防止", "check", "nonreturn", "non-return", "backflow")),
    ("valve", "prv", ("减压", "prv", "reducing")),
    ("valve", "psv", ("持压", "psv", "sustaining")),
    ("valve", "fcv", ("流量控制", "调流", "流量调节", "fcv", "flowcontrol")),
    ("valve", "boundary", ("边界阀", "常闭阀", "分区阀", "boundary")),
    ("valve", "service", ("接户阀", "表前阀", "入户阀", "curbstop", "servicevalve")),
    ("valve", "meter", ("流量计", "flowmeter")),
    ("valve", "isolation", (
        "闸阀", "蝶阀", "球阀", "截止阀", "检修阀", "闸门", "控制阀", "阀门", "阀", "gate", "butterfly", "ballvalve",
        "isolation", "shutoff", "stopvalve", "sluice", "valve",
    )),
    ("station", "", ("二次供水", "泵房")),
    ("pump", "booster", ("泵站", "加压站", "水泵", "pump", "booster")),
    ("source", "tank", ("清水池", "高位水池", "水池", "水塔", "tank")),
    ("source", "plant", ("水厂", "plant", "treatment")),
    ("source", "reservoir", ("水源", "水库", "水井", "source", "reservoir", "well")),
    ("customer", "", ("水表", "户表", "用户", "meter", "customer")),
    ("sensor", "", ("测压", "压力监测", "sensor", "gauge")),
    ("junction", "", (
        "三通", "四通", "弯头", "变径", "变材", "变深", "直线点", "转折", "拐点", "管帽", "堵头", "预留", "出地",
        "入户", "起点",
        "终点", "探测点", "多通", "junction", "bend", "elbow", "tee", "cross", "reducer", "cap", "end", "union", "node",
    )),
)  # fmt: skip
"""Layer and kind that a word for a point means, likeliest first."""

DOUBTFUL = ("控制阀", "阀门井", "稳压阀", "多功能", "水表")
"""Words that mean different things in different offices: a 控制阀门 is often an isolation valve."""

_POSITIONS = {
    "开": "open", "开启": "open", "打开": "open", "常开": "open", "全开": "open", "open": "open", "o": "open",
    "关": "closed", "关闭": "closed", "常闭": "closed", "全关": "closed", "closed": "closed", "shut": "closed",
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {
    "normal": _POSITIONS,
    "current": _POSITIONS,
    "condition": {
        "完好": "operable", "正常": "operable", "良好": "operable", "可用": "operable", "good": "operable",
        "ok": "operable",
        "operable": "operable", "损坏": "inoperable", "故障": "inoperable", "失灵": "inoperable", "锈死": "inoperable",
        "卡死": "inoperable", "掩埋": "inoperable", "无法启闭": "inoperable", "broken": "inoperable",
        "stuck": "inoperable",
        "inoperable": "inoperable", "关不严": "passing", "内漏": "passing", "passing": "passing", "未知": "unknown",
        "不详": "unknown", "unknown": "unknown",
    },
    "closes": {"顺时针": "cw", "顺": "cw", "cw": "cw", "clockwise": "cw", "逆时针": "ccw", "逆": "ccw", "ccw": "ccw"},
    "category": {
        "居民": "residential", "居民用水": "residential", "住宅": "residential", "商业": "business", "经营": "business",
        "工业": "industry", "医院": "hospital", "学校": "school", "消防": "fire_service", "透析": "dialysis",
    },
}  # fmt: skip
"""Words of our columns, compared as :func:`plain`."""

FLAG_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "closed": {"0": "open", "1": "closed"},
    "broken": {"0": "operable", "1": "inoperable"},
}
"""Columns of noughts and ones whose name says what one means."""

OUTSIDE_NAMES = ("de", "外径", "管外径", "公称外径")
"""Names of a column of outside diameters."""


_TOKENS = re.compile(r"[a-z]+")


def plain(text: str) -> str:
    """*text* in small letters, without blanks, marks and a unit in brackets, for comparing."""
    cut = text.partition("(")[0].partition("（")[0]
    return "".join(letter for letter in cut.lower() if letter.isalnum())


def point_meaning(word: str) -> tuple[str, str] | None:
    """Layer and kind that *word* means for a point, None where it says nothing to us."""
    for layer, kind, words in POINT_WORDS:
        if any(_speaks_of(word, known) for known in words):
            return layer, kind
    return None


def _speaks_of(text: str, known: str) -> bool:
    """Whether *text* holds the word *known*: anywhere in Chinese, as a word of its own in English (no tee in steel)."""
    bare = plain(text)
    if not known.isascii():
        return known in bare
    return bare.startswith(plain(known)) or bare.endswith(plain(known)) or known in _TOKENS.findall(text.lower())


def is_doubtful(word: str) -> bool:
    """Whether *word* is one to ask about."""
    return any(known in word for known in DOUBTFUL)
