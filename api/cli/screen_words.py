"""The heads of the screen's columns in English, by the Chinese; and what an empty view says of itself."""

from __future__ import annotations

# fmt: off
COLUMNS: dict[str, str] = {
    "": "", "kind": "kind", "asks": "asks", "scope": "scope", "English": "English", "SHA-256": "SHA-256",
    "document": "document", "picture": "picture",
    "人数": "people", "代码": "code", "例外": "exceptions", "依据": "basis", "值": "value", "偏差（天）": "off by (days)",
    "内容": "content", "出处": "source", "列入": "joined", "判定": "verdict", "原因": "cause", "原任": "left by",
    "号": "no.", "同意票": "agree", "名称": "name", "后来": "later", "周期止": "cycle ends", "周期起": "cycle begins",
    "命令": "command", "中文": "Chinese", "图": "picture (Chinese)", "在培": "active", "在培/目标": "active/target",
    "天数": "days", "姓名": "name", "学时": "hours", "学科": "subject", "实际止": "closed", "实际起": "opened",
    "将到期": "falling due", "工号": "staff no.", "已过（天）": "days over", "年度": "year", "应于": "due on", "开始": "began",
    "所在": "kept by", "批准": "approved by", "批次": "batch", "推荐": "nominated by", "文件": "document (Chinese)",
    "文号": "document no.", "日期": "day", "时间": "time", "最后期满": "last day", "期满": "until", "条款": "clause",
    "来源": "origin", "标记": "marks", "检查结果": "finding", "梯队": "tier", "步骤": "step", "状态": "status", "理由": "reason",
    "目标": "target", "确定": "confirmed", "离校": "left", "程度": "severity", "空缺": "open", "空缺编号": "vacancy",
    "类别": "kind", "类型": "type", "缺": "gap", "缺什么": "what is lacking", "缺项": "gaps", "编号": "id", "自何时已知": "known from",
    "补足": "filled by", "表决": "vote", "行为": "act", "规则": "rule", "计划止": "planned to", "计划起": "planned from",
    "记录": "record", "评价": "grade", "资格": "eligibility", "起": "since", "路径": "path", "身份": "capacity", "轮次": "round",
    "轮次编号": "round's id", "过程": "course", "还有（天）": "days left", "进展": "stage", "部分": "part", "阶段": "stage",
    "限": "limit", "情况与要求": "judged", "项数": "fields", "项目": "item", "何人": "who", "使用": "usable", "培养": "training", "培养措施": "measure",
    "历年": "before", "事项": "what", "事项编号": "id to name", "先前": "before", "现在": "now", "发生": "happened", "经办身份": "capacity",
    "职务": "office", "任职日期": "since", "记录号": "record", "序号": "position", "键": "key", "决议": "resolution", "动议编号": "motion", "内容（编号）": "ids",
}

EMPTY: dict[str, tuple[str, str]] = {
    "register": ("还没有登记。用 appoint-group-member 登记委员任职。", "None on record yet: appoint-group-member."),
    "roster": ("这一天没有人列入培养。先公布方案（tidui plan publish），经推荐、考评、党委会决定后列入（tidui record admit-candidate）。",
               "Nobody was in training on this day. Publish a plan (tidui plan publish); who is nominated, assessed and decided on is admitted (tidui record admit-candidate)."),
    "people": ("没有这样的在案人员。登记教职工：tidui import staff 文件，或 tidui record register-person。",
               "Nobody like that is on file. Register staff: tidui import staff FILE, or tidui record register-person."),
    "review": ("这一年度没有在培人员需要考核。", "Nobody in training had this year to be evaluated."),
    "history": ("没有记录。记录由 tidui record 命令和 tidui import 产生。", "Nothing is recorded. Records come by tidui record COMMAND and tidui import."),
    "access": ("没有查阅记录。查阅个人情况时自动登记。", "No access is on record. Whoever reads about a person is written down here."),
    "places": ("没有已公布的方案。先用 tidui plan publish 公布。", "No plan is published. Publish one: tidui plan publish FILE."),
    "vacancies": ("没有空缺。有人退出、离校或取消资格时自动产生；首轮未满的名额用 tidui record open-initial-vacancies 申报。",
                  "No place is vacant. One opens when somebody ends or leaves; what the first round left open is told by tidui record open-initial-vacancies."),
    "timetable": ("没有已公布的方案，也就没有时间表。先用 tidui plan publish 公布。", "Without a published plan there is no timetable: tidui plan publish FILE."),
    "due": ("没有将到期的事项。", "Nothing falls due."),
    "gaps": ("没有缺项：方案要求的都有了。", "Nothing is lacking that the plan asks for."),
    "selection": ("这一轮还没有推荐。用 tidui import nominations 文件，或 tidui record nominate-candidate 记录。",
                  "Nobody is nominated yet: tidui import nominations FILE, or tidui record nominate-candidate."),
    "exceptions": ("没有例外和提示。", "There is no exception and no caution."),
    "structure": ("没有已公布的方案。先用 tidui plan publish 公布。", "No plan is published. Publish one: tidui plan publish FILE."),
    "batches": ("没有批次。公布方案即成立一批：tidui plan publish 2024-second。", "There is no batch. Publishing a plan makes one: tidui plan publish 2024-second."),
    "amendments": ("方案没有修订。", "The plan has not been amended."),
    "training": ("还没有培养记录。", "No training is on record."),
    "changes": ("没有变化。", "Nothing changed."),
    "judged": ("没有可列出的。", "There is nothing to list."),
    "causes": ("没有相关记录。", "No record concerns it."),
}
# fmt: on
