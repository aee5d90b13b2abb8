"""The page of an export that a person reads: every record in it, in Chinese and English, without a program.

Source: the records page of the design; WHATWG HTML, escaping of text.
Left out: verification. The page repeats what the records say; what holds is what `verification.py` finds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from api.records.evidence import Named
from api.records.manifest import EVIDENCE_FOLDER
from api.records.statements import Statement

_ROOMS_ZH = {
    "cargo": "货物",
    "delivery": "外发",
    "file": "文件",
    "flight": "飞行",
    "person": "人员",
    "port_call": "靠港",
    "reading": "水尺读数",
    "storage": "存储",
    "survey": "水尺计重",
    "vessel": "船舶",
}
_KINDS_ZH = {
    "file.received": "收到文件",
    "flight.announced": "登记飞行",
    "port_call.declared": "申报靠港",
    "port_call.amended": "更改申报",
    "port_call.milestone_reached": "到达节点",
    "port_call.stage_inputs_entered": "录入测量数据",
    "reading.made": "读取水尺",
    "reading.decided": "人工认定读数",
    "survey.computed": "计算重量",
    "survey.signed": "签署重量",
    "vessel.registered": "登记船舶",
    "vessel.changed": "更改船舶资料",
    "vessel.hydrostatic_table_imported": "导入静水力表",
}
_STYLE = (
    "body{font:15px/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2em auto;max-width:80em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em .5em;text-align:left;"
    "vertical-align:top}th{background:#eee}pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px}"
    "code{overflow-wrap:anywhere;font-size:12px}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What stands above the records."""

    made_at: str
    port_call_id: str | None
    record_count: int
    last: Statement
    missing_evidence: tuple[str, ...]
    deleted_evidence: tuple[str, ...]


def head(facts: Facts) -> bytes:
    """Begin the page."""
    scope = facts.port_call_id or "全部记录 / all records"
    lines = [
        ("导出时间 / made at", facts.made_at),
        ("靠港 / port call", scope),
        ("本件记录数 / records here", str(facts.record_count)),
        ("链上最后序号 / last place of the chain", str(facts.last.sequence)),
        ("链头散列 / hash of the head", facts.last.head_sha256),
        ("最后检查点 / last checkpoint", f"{facts.last.number} · {facts.last.signed_at}"),
        ("密钥编号 / key id", facts.last.key_id),
    ]
    if facts.missing_evidence:
        lines.append(("缺失证据 / missing evidence", ", ".join(facts.missing_evidence)))
    if facts.deleted_evidence:
        words = "已按规定期限删除 / deleted by the declared policy"
        lines.append((words, ", ".join(facts.deleted_evidence)))
    table = "".join(
        f"<tr><th>{escape(name)}</th><td><code>{escape(value)}</code></td></tr>" for name, value in lines
    )
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>监管记录 / Supervision records</title>'
        f"<style>{_STYLE}</style></head><body><h1>监管记录 / Supervision records</h1><table>{table}</table>"
        "<p>核对方法见 README.txt。/ README.txt tells how to verify this.</p>"
        "<table><thead><tr><th>序号<br>No.</th><th>时间<br>time (UTC)</th><th>事项<br>what</th><th>何人<br>who</th>"
        "<th>内容<br>content</th><th>证据<br>evidence</th></tr></thead><tbody>\n"
    ).encode()


def row(record: Mapping[str, Any], named: Mapping[str, Named]) -> bytes:
    """Write one record."""
    payload = json.dumps(record["payload"], ensure_ascii=False, indent=1)
    shown = "<br>".join(_evidence(item, named) for item in record["evidence"])
    cells = [
        escape(str(record["sequence"])),
        f"{escape(record['occurred_at'])}<br><small>{escape(record['occurred_at_source'])}</small>",
        f"{escape(title_zh(record['kind']))}<br><code>{escape(record['kind'])}</code>",
        escape(record["actor"]),
        f"<pre>{escape(payload)}</pre>",
        shown,
    ]
    return ("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n").encode()


def foot() -> bytes:
    """End the page."""
    return b"</tbody></table></body></html>\n"


def title_zh(kind: str) -> str:
    """Name a kind in Chinese; of one that has no name yet, the room it comes from.

    >>> title_zh("reading.made"), title_zh("cargo.scale_stated")
    ('读取水尺', '货物')
    """
    return _KINDS_ZH.get(kind) or _ROOMS_ZH.get(kind.partition(".")[0], kind)


def _evidence(item: Mapping[str, Any], named: Mapping[str, Named]) -> str:
    sha256 = str(item["sha256"])
    name = named[sha256].file_name(sha256)
    times = "" if item.get("start_s") is None else f" {item['start_s']}–{item['end_s']} s"
    return f'<a href="{EVIDENCE_FOLDER}/{escape(name)}">{escape(sha256[:12])}…</a>{escape(times)}'
