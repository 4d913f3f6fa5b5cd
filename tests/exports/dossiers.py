"""Dossiers to print: one as a committee would meet it, one of yesterday, one that nobody would wish on a printer."""

from hashlib import sha256

from tests.exports import dossier_parts as parts_of
from tests.exports.dossier_parts import Model


def rich_dossier() -> Model:
    """What three years leave behind: every part filled, a late entry, an exception, a correction, a gap."""
    return {
        "person_id": "p-0017",
        "name": "顾晓玥",
        "batch": {
            "id": "2024-2",
            "name": "第二批“三四五”后备干部",
            "school": "江苏省南通第一中学",
            "committee": "中共江苏省南通第一中学委员会",
            "cycle": {"start": "2024-03-14", "end": "2027-03-13"},
        },
        "tier": "three",
        "tier_label": "三（近期可以使用）",
        "number": "NTYZ-2024-三-001",
        "status": "active",
        "as_of": "2027-03-20",
        "known_at": "2027-03-20T09:00:00+08:00",
        "position": 402,
        "origin": "ntyz.example/tidui/2024",
        "practice": True,
        "hash": sha256(b"rich").hexdigest(),
        "photo": None,
        "parts": {
            "information_form": parts_of.information_form(),
            "training_register": parts_of.training_register(),
            "assessments": {
                "selection": parts_of.selection(),
                "years": [
                    parts_of.year(2024, "excellent", "优秀"),
                    parts_of.year(2025, "qualified", "合格", resolved_from="deferred", confirmed_on="2026-06-01"),
                    parts_of.year(2026, "excellent", "优秀"),
                ],
            },
            "training": parts_of.training(),
            "materials": parts_of.materials(),
        },
        "exceptions": [
            {
                "on": "2024-03-12",
                "rule": "age",
                "label": "T1 年龄",
                "clause": "T1",
                "verdict": "exception",
                "verdict_label": "例外",
                "value": 46,
                "limit": 45,
                "reason": "表现特别突出，经民主推荐得票第一。",
                "approver": "培养领导小组",
                "resolution": "通一中委〔2024〕6号",
                "source": 55,
            },
        ],
        "corrections": [
            {
                "on": "2024-03-01",
                "recorded_on": "2024-05-06",
                "of": 12,
                "event_label": "人员登记",
                "what": "出生年月",
                "before": "1984-06-21",
                "after": "1984-06-12",
                "reason": "与人事档案核对，原登记日期有误。",
                "source": 41,
            },
        ],
        "trail": parts_of.trail(60),
    }


def empty_dossier() -> Model:
    """Registered yesterday: nothing is known but the name, and not even that is a short one."""
    return {
        "person_id": "p-0099",
        "name": "阿卜杜拉·艾合买提江",
        "batch": {"id": "2024-2", "name": None, "school": None, "committee": None, "cycle": None},
        "tier": None,
        "tier_label": None,
        "number": None,
        "status": None,
        "as_of": None,
        "known_at": None,
        "position": None,
        "origin": None,
        "practice": False,
        "hash": None,
        "photo": None,
        "parts": {
            "information_form": {
                "fields": [parts_of.field("gender", "性别", None, 3)],
                "posts": [],
                "honours": [],
                "family": [],
            },
            "training_register": {"membership": None, "measures": [], "outcome": None},
            "assessments": {
                "selection": None,
                "years": [
                    {
                        "year": 2024,
                        "label": None,
                        "from": None,
                        "to": None,
                        "summary": None,
                        "tally": None,
                        "grade": None,
                        "grade_label": None,
                        "comment": None,
                        "proposed_on": None,
                        "confirmed_on": None,
                        "resolved_from": None,
                        "acknowledged_on": None,
                        "absence_reason": "本年度加入不满六个月",
                        "source": None,
                    }
                ],
            },
            "training": {"sessions": [], "hours_by_area": [], "total_hours": None},
            "materials": [],
        },
        "exceptions": [],
        "corrections": [],
        "trail": [],
    }


HOSTILE = '</td></table><script>alert("x")</script><style>*{display:none}</style><img src=file:///etc/passwd>{{ 7*7 }}'
LONG = "".join(f"第{n}条，因故延期并报党委会研究。" for n in range(125))[:2000]
UNBROKEN = "W" * 300


def ugly_dossier() -> Model:
    """Text that means harm, text without end, text without a gap, and keys that came later."""
    model = rich_dossier()
    model["name"] = "喆堃珺玥淼昇镕頔䶮𬭚㛃玙璟晞翀赟"
    model["of_the_future"] = {"unknown": [1, 2]}
    parts = model["parts"]
    form = parts["information_form"]
    for known in form["fields"]:
        if known["key"] == "native_place":
            known["text"] = LONG
    form["fields"].append(parts_of.field("hobby", UNBROKEN[:40], HOSTILE, 7))
    form["posts"].append({"label": HOSTILE, "text": UNBROKEN, "start": None, "end": None, "source": None})
    form["family"] = [{"relation": "妻", "name": "顾敏", "text": LONG, "source": 9}]
    register = parts["training_register"]
    register["measures"] += [
        parts_of.measure("placement", 2026, UNBROKEN, LONG, "2026-04-01", None, appraisal=LONG),
        parts_of.measure("rotation", 2026, HOSTILE, "未来的培养方式", "2026-05-01", None),
    ]
    register["outcome"] = {"label": "延长培养期", "months": 12, "reason": LONG, "source": 1}
    selection = parts["assessments"]["selection"]
    selection["conduct"][1]["evidence"] = LONG
    selection["components"][3]["text"] = HOSTILE + LONG
    selection["preference"] = {"reason": HOSTILE, "source": 3}
    parts["assessments"]["years"][0] |= {"summary": LONG + HOSTILE, "comment": LONG, "grade": "later_grade"}
    parts["materials"][0] |= {"title": HOSTILE, "file_name": UNBROKEN + ".pdf"}
    model["exceptions"][0]["reason"] = LONG
    model["corrections"][0] |= {"before": LONG, "after": UNBROKEN, "reason": HOSTILE}
    model["trail"][3]["sentence"] = LONG + HOSTILE
    return model
