"""A node of Sparkplug B, as gateways are: its payloads are written by Google's library by the published description."""

from __future__ import annotations

import importlib
from typing import Any

_MESSAGES: dict[str, list[tuple[str, int, str]]] = {
    "Payload": [("timestamp", 1, "uint64"), ("metrics", 2, "*Metric"), ("seq", 3, "uint64"), ("uuid", 4, "string")],
    "Metric": [
        ("name", 1, "string"),
        ("alias", 2, "uint64"),
        ("timestamp", 3, "uint64"),
        ("datatype", 4, "uint32"),
        ("is_historical", 5, "bool"),
        ("is_transient", 6, "bool"),
        ("is_null", 7, "bool"),
        ("properties", 9, "Properties"),
        ("int_value", 10, "uint32"),
        ("long_value", 11, "uint64"),
        ("float_value", 12, "float"),
        ("double_value", 13, "double"),
        ("boolean_value", 14, "bool"),
        ("string_value", 15, "string"),
        ("bytes_value", 16, "bytes"),
    ],
    "Properties": [("keys", 1, "*string"), ("values", 2, "*Property")],
    "Property": [("type", 1, "uint32"), ("int_value", 3, "uint32"), ("string_value", 8, "string")],
}
"""Of each message its fields: name, number and type, a star before those that may stand more than once."""
INT16, INT64, FLOAT, DOUBLE, BOOLEAN, TEXT = 2, 4, 9, 10, 11, 12


def _payload_class() -> Any:
    described = importlib.import_module("google.protobuf.descriptor_pb2")
    pool = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    factory = importlib.import_module("google.protobuf.message_factory")
    kinds = described.FieldDescriptorProto
    file = described.FileDescriptorProto(name="sparkplug.proto", package="town", syntax="proto2")
    for message, fields in _MESSAGES.items():
        made = file.message_type.add(name=message)
        for name, number, said in fields:
            kind = said.removeprefix("*")
            field = made.field.add(name=name, number=number)
            field.label = kinds.LABEL_REPEATED if said.startswith("*") else kinds.LABEL_OPTIONAL
            if kind in _MESSAGES:
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".town.{kind}"
            else:
                field.type = getattr(kinds, f"TYPE_{kind.upper()}")
    pool.Add(file)
    return factory.GetMessageClass(pool.FindMessageTypeByName("town.Payload"))


PAYLOAD = _payload_class()


def written(at_ms: int | None, seq: int | None, *metrics: dict[str, Any]) -> bytes:
    """A payload; ``None`` for what is not said."""
    payload = PAYLOAD(metrics=metrics)
    if at_ms is not None:
        payload.timestamp = at_ms
    if seq is not None:
        payload.seq = seq
    said: bytes = payload.SerializeToString()
    return said
