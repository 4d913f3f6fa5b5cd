"""The parts of a plausible dossier, three years after its batch began."""

from hashlib import sha256
from typing import Any

Model = dict[str, Any]

_PRAISE = (
    "该同志认真贯彻党的路线、方针、政策，具有较高的政治觉悟和政策理论水平；热爱教育事业，有强烈的事业心、责任心，"
    "群众基础良好；办事公道，作风正派；在岗位锻炼期间参与学校教务处、德育处的日常管理，牵头组织校园文化节、"
    "青年教师基本功竞赛等重大活动，开拓了视野，锻炼了能力。"
)
_STANDARDS = (
    "贯彻党的路线方针政策，政治觉悟和政策理论水平较高",
    "热爱教育事业，事业心、责任心强，师德优秀，群众基础好",
    "办事公道，作风正派，自律意识强",
    "业务水平和组织管理协调能力较高",
    "做事认真负责，善于学习，乐于承担本职以外的工作",
    "带头示范作用明显，业绩突出，群众认可度高",
)
_AREAS = (("political", "政治觉悟"), ("ethics", "师德修养"), ("professional", "专业水平"), ("ability", "业务能力"))


def field(key: str, label: str, value: object, source: int, text: str | None = None) -> Model:
    return {"key": key, "label": label, "value": value, "text": text, "source": source}


def information_form() -> Model:
    return {
        "fields": [
            field("name", "姓名", "顾晓玥", 12),
            field("gender", "性别", "female", 12, "女"),
            field("ethnicity", "民族", "汉族", 12),
            field("native_place", "籍贯", "江苏南通", 12),
            field("birth_date", "出生年月", "1984-06-12", 41),
            field("age", "年龄", 42, 41),
            field("party_status", "政治面貌", "member", 12, "中共党员"),
            field("party_joined_on", "入党时间", "2008-07", 12),
            field("work_started_on", "参加工作时间", "2006-08", 12),
            field("education", "学历", "研究生", 12),
            field("degree", "学位", "教育硕士", 12),
            field("graduated_from", "毕业院校", "南京师范大学", 12),
            field("title", "职称", "高级教师", 233),
            field("subject", "任教学科", "高中数学", 12),
            field("current_posts", "现任岗位", ["高二年级部副主任", "数学备课组长"], 187),
            field("phone", "联系电话", "13800000001", 12),
            field("health", "健康状况", "良好", 12),
        ],
        "posts": [
            {
                "label": "班主任",
                "text": "高中数学教师、班主任",
                "start": "2006-08-01",
                "end": "2010-07-31",
                "source": 13,
            },
            {"label": "备课组长", "text": None, "start": "2010-08-01", "end": "2016-07-31", "source": 14},
            {"label": "年级组长", "text": "高一年级组长", "start": "2016-08-01", "end": "2021-07-31", "source": 15},
            {"label": "年级部副主任", "text": "高二年级部副主任", "start": "2021-08-01", "end": None, "source": 16},
        ],
        "honours": [
            {"text": "南通市学科带头人", "on": "2019-12-20", "source": 17},
            {"text": "江苏省优秀教育工作者（南通赛区一等奖指导教师）", "on": "2022-09-10", "source": 18},
        ],
        "family": [],
    }


def measure(kind: str, year: int, title: str, text: str | None, start: str, end: str | None, **more: Any) -> Model:
    return {
        "kind": kind,
        "year": year,
        "title": title,
        "text": text,
        "start": start,
        "end": end,
        "appraisal": None,
        "source": 100 + year % 100 + len(title),
    } | more


def training_register() -> Model:
    return {
        "membership": {
            "tier": "three",
            "tier_label": "三（近期可以使用）",
            "origin": "initial",
            "origin_label": "首批入选",
            "since": "2024-03-14",
            "until": "2027-03-13",
            "status": "active",
            "status_label": "在培",
            "resolution": "通一中委〔2024〕7号",
            "source": 61,
        },
        "measures": [
            measure(
                "placement",
                2024,
                "教务处　干事",
                "协助学籍与考务管理，牵头青年教师基本功竞赛。",
                "2024-04-01",
                "2024-12-31",
                appraisal="熟悉流程，组织得力。",
            ),
            measure(
                "placement",
                2025,
                "德育处　干事",
                "参与学生常规管理，组织校园文化节。",
                "2025-03-20",
                "2026-01-20",
                appraisal="主动担当，群众评价好。",
            ),
            measure(
                "mentoring",
                2024,
                "沈𬭚（德育处副主任）",
                "每月一次面谈，随岗听取工作部署。",
                "2024-04-10",
                "2025-03-13",
            ),
            measure(
                "requirement", 2024, "党总支培养要求", "联系一个年级部，每学期完成一篇调查报告。", "2024-03-25", None
            ),
            measure("guide", 2024, "数学教研室　王䶮", None, "2024-03-25", None),
            measure(
                "practice", 2025, "模拟联合国社团指导", "指导学生参加省级比赛，获一等奖。", "2025-09-01", "2026-06-30"
            ),
            measure("talk", 2024, "任前谈话", "党委书记与其谈话，提出三点希望。", "2024-03-18", "2024-03-18"),
            measure("talk", 2026, "年度谈话", "肯定成绩，指出统筹能力有待加强。", "2026-03-20", None),
        ],
        "outcome": {
            "outcome": "promoted",
            "label": "提拔任用",
            "decided_on": "2027-03-11",
            "resolution": "通一中委〔2027〕5号",
            "reason": "任高二年级部主任",
            "source": 402,
        },
        "promotion": {"label": "任职记录", "text": "任高二年级部主任。", "on": "2027-03-18", "source": 405},
        "decisions": [],
        "earlier_outcomes": [],
    }


def selection() -> Model:
    return {
        "nominations": [
            {"source_label": "年级部推荐", "nominator": "高二年级部", "on": "2024-03-02", "source": 30},
            {"source_label": "学科教研室推荐", "nominator": "数学教研室", "on": "2024-03-03", "source": 33},
            {"source_label": "个人自荐", "nominator": "顾晓玥", "on": "2024-03-04", "source": 38},
        ],
        "ballot": {
            "expected": 190,
            "present": 182,
            "issued": 182,
            "returned": 181,
            "valid": 179,
            "invalid": 2,
            "agree": 163,
            "disagree": 9,
            "abstain": 7,
            "source": 40,
        },
        "conduct": [
            {
                "code": f"S{n}",
                "text": text,
                "verdict": "unknown" if n == 5 else "met",
                "evidence": "2023年度考核材料" if n != 5 else None,
                "assessor": "党政办　陆珺",
                "source": 42 + n,
            }
            for n, text in enumerate(_STANDARDS, 1)
        ],
        "components": [
            {"kind": "nomination", "label": "民主推荐结果", "text": "同意163票，占有效票91.1%。", "source": 50},
            {"kind": "appraisal", "label": "考核考评结果", "text": "2021—2023年度考核均为优秀。", "source": 51},
            {"kind": "representatives", "label": "教职工代表意见", "text": "座谈12人，均表示赞成。", "source": 52},
            {"kind": "conduct", "label": "一贯表现", "text": _PRAISE, "source": 53},
        ],
        "eligibility": [
            {
                "rule": "age",
                "label": "年龄",
                "value": "39",
                "limit": "45",
                "verdict": "ok",
                "verdict_label": "符合规定",
                "source": 41,
            }
        ],
        "appraisals": [
            {"value": "优秀", "label": "2023年度考核结果", "text": "年度考核表", "on": "2024-03-08", "source": 48}
        ],
        "staff_opinions": [],
        "conclusion": {
            "value": "three",
            "label": "综合考评结论",
            "text": "建议列为近期培养对象。",
            "on": "2024-03-12",
            "source": 54,
        },
        "preference": None,
        "shortlist": {"on": "2024-03-13", "label": "列为初步人选", "source": 58},
        "votes": {
            "meeting_on": "2024-03-14",
            "present": 8,
            "entitled": 9,
            "recused": 0,
            "agree": 8,
            "disagree": 0,
            "abstain": 0,
            "result": "passed",
            "result_label": "通过",
            "source": 60,
        },
    }


def year(year: int, grade: str, label: str, **more: Any) -> Model:
    return {
        "year": year,
        "label": f"{year}",
        "from": f"{year}-03-14",
        "to": f"{year + 1}-03-13",
        "summary": _PRAISE + "\n" + _PRAISE,
        "tally": {
            "present": 180,
            "issued": 180,
            "returned": 178,
            "valid": 176,
            "invalid": 2,
            "excellent": 150,
            "qualified": 24,
            "deferred": 2,
            "termination_recommended": 0,
        },
        "grade": grade,
        "grade_label": label,
        "comment": _PRAISE,
        "proposed_on": f"{year + 1}-03-05",
        "confirmed_on": f"{year + 1}-03-10",
        "resolved_from": None,
        "acknowledged_on": f"{year + 1}-03-12",
        "absence_reason": None,
        "source": 200 + year % 100,
    } | more


def training() -> Model:
    sessions: list[Model] = [
        {
            "on": f"{2024 + n // 8}-{n % 8 + 3:02d}-15",
            "title": f"第{n + 1}次专题学习：{_AREAS[n % 4][1]}与学校治理",
            "area_label": _AREAS[n % 4][1],
            "hours": 2.0 if n % 3 else 4.0,
            "attended": n != 7,
            "source": 120 + n,
        }
        for n in range(22)
    ]
    by_area = [
        {
            "area": code,
            "label": label,
            "hours": sum(s["hours"] for s in sessions if s["area_label"] == label and s["attended"]),
        }
        for code, label in _AREAS
    ]
    return {"sessions": sessions, "hours_by_area": by_area, "total_hours": sum(a["hours"] for a in by_area)}


def materials() -> list[Model]:
    forms = (
        ("survey_report", "调查报告"),
        ("reflection", "学习体会"),
        ("study_notes", "学习笔记"),
        ("summary", "总结"),
    )
    states = ("present", "present", "present", "returned", "present", "missing")
    return [
        {
            "form": form,
            "label": label,
            "title": f"{year}年度{label}",
            "on": None if state == "missing" else f"{year}-12-0{n + 1}",
            "state": state,
            "sha256": None if state == "missing" else sha256(f"{year}{form}".encode()).hexdigest(),
            "size": 48_231 + 7_000 * n,
            "media_type": "application/pdf",
            "file_name": None if state == "missing" else f"{label}-{year}.pdf",
            "source": 300 + n,
        }
        for year in (2024, 2025, 2026)
        for n, (form, label) in enumerate(forms)
        for state in [states[(year + n) % len(states)]]
    ]


def trail(count: int) -> list[Model]:
    return [
        {
            "position": 12 + 6 * n,
            "occurred_on": f"{2024 + n // 20}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "recorded_at": f"{2024 + n // 20}-{n % 12 + 1:02d}-28T08:30:00+00:00",
            "sentence": f"顾晓玥参加第{n + 1}次专题学习，学时2，由党政办登记。"
            if n % 4
            else f"经党委会讨论，同意顾晓玥列为“三”梯队培养对象（第{n + 1}项），应到9人，实到8人，同意8票。",
            "clause": ("R2", "R3", "R4", "M1", "E1")[n % 5],
            "recorded_by": "陆珺",
            "capacity_label": "党政办",
            "late": n % 9 == 0,
        }
        for n in range(count)
    ]
