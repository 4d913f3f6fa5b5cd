"""干部任免审批表 as `.lrmx`, the XML that programs of personnel offices read and write.

Made of the dossier. The registration has one education and does not say whether it was full-time: it stands in the
first row of the form. What the archive does not hold (health, family, identity number) is left empty for the office.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from domain.photo import fault
from exports.errors import Unprintable
from projections.dossier import Dossier
from projections.parts.information_form import PostEntry

_ELEMENTS = (
    "XingMing", "XingBie", "ChuShengNianYue", "MinZu", "JiGuan", "ChuShengDi", "RuDangShiJian", "CanJiaGongZuoShiJian",
    "JianKangZhuangKuang", "ZhuanYeJiShuZhiWu", "ShuXiZhuanYeYouHeZhuanChang", "QuanRiZhiJiaoYu_XueLi",
    "QuanRiZhiJiaoYu_XueWei", "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    "ZaiZhiJiaoYu_XueLi", "ZaiZhiJiaoYu_XueWei", "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi",
    "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi", "XianRenZhiWu", "NiRenZhiWu", "NiMianZhiWu", "JianLi", "JiangChengQingKuang",
    "NianDuKaoHeJieGuo", "RenMianLiYou", "JiaTingChengYuan", "ChengBaoDanWei", "JiSuanNianLingShiJian",
    "TianBiaoShiJian", "TianBiaoRen", "ShenFenZheng", "ZhaoPian", "Version",
)  # fmt: skip
_OF_REGISTRATION = {
    "XingMing": "name",
    "XingBie": "gender",
    "MinZu": "ethnicity",
    "JiGuan": "native_place",
    "ZhuanYeJiShuZhiWu": "title",
    "ShuXiZhuanYeYouHeZhuanChang": "subject",
    "QuanRiZhiJiaoYu_XueLi": "education",
    "QuanRiZhiJiaoYu_XueWei": "degree",
    "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi": "graduated_from",
    "XianRenZhiWu": "current_posts",
}
_VERSION = "3.2.1.16"
_OPEN_END = " " * 7
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARTY = ("member", "probationary")
_DEMOCRATIC = "democratic_party"


def appointment_form(found: Dossier, photo: bytes | None) -> bytes:
    """The form of one person, as of the dossier's day; without a photo that no program could show."""
    shown = photo if photo and fault(photo) is None else None
    said = _said(found) | {"ZhaoPian": b64encode(shown).decode() if shown else ""}
    root = Element("Person")
    for name in _ELEMENTS:
        SubElement(root, name).text = _written(name, said.get(name) or "")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _said(found: Dossier) -> dict[str, str]:
    form, promotion = found.parts.information_form, found.parts.training_register.promotion
    fields = {field.key: field.text for field in form.fields}
    codes = {field.key: str(field.value or "") for field in form.fields}
    day = f"{found.as_of:%Y%m%d}"
    return {name: fields.get(key) or "" for name, key in _OF_REGISTRATION.items()} | {
        "ChuShengNianYue": _month(codes.get("birth_date")),
        "RuDangShiJian": _joined(codes, fields),
        "CanJiaGongZuoShiJian": _month(codes.get("work_started_on")),
        "NiRenZhiWu": str(promotion.value) if promotion else "",
        "JianLi": "\r\n".join(_stage(post) for post in form.posts),
        "JiangChengQingKuang": "\r\n".join(f"{one.on:%Y.%m}  {_line(one.text)}" for one in form.honours),
        "NianDuKaoHeJieGuo": "\r\n".join(_appraisals(found)),
        "RenMianLiYou": (promotion.text or "") if promotion else "",
        "ChengBaoDanWei": found.batch.committee,
        "JiSuanNianLingShiJian": day,
        "TianBiaoShiJian": day,
        "Version": _VERSION,
    }


def _month(day: str | None) -> str:
    return f"{date.fromisoformat(day):%Y%m}" if day else ""


def _joined(codes: Mapping[str, str], fields: Mapping[str, str | None]) -> str:
    """The month of joining the Party; members of the democratic parties say so."""
    status, month = codes.get("party_status"), _month(codes.get("party_joined_on"))
    if status == _DEMOCRATIC:
        return "；".join(filter(None, (month, fields.get("party_status"))))
    return month if status in _PARTY else ""


def _stage(post: PostEntry) -> str:
    """One post a line; an open end, and a beginning that is not known, are seven spaces wide."""
    start, end = (f"{day:%Y.%m}" if day else _OPEN_END for day in (post.start, post.end))
    return f"{start}--{end}  {_line(post.text)}"


def _appraisals(found: Dossier) -> Iterator[str]:
    for cited in found.parts.assessments.selection.appraisals:
        yield f"{cited.label}：{cited.value}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _written(name: str, text: str) -> str:
    if wrong := _NOT_IN_XML.search(text):
        code = f"U+{ord(wrong[0]):04X}"
        raise Unprintable(
            f"{name} 含有 XML 不能容纳的字符 {code}，请更正该内容。",
            f"{name} holds {code}, which XML cannot; correct that text.",
        )
    return text
