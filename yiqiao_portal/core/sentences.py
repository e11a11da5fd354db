"""What a field says when something is wrong: our words instead of the library's, each with its remedy."""

from django import forms
from django.forms import widgets

DASHES = "---------"  # the library's empty choice
NUL = "null_characters_not_allowed"


def reword(field: forms.Field, *, blank: str = "请选择") -> None:
    """Give a form's field our sentences and our word for the empty choice; what its author wrote himself stays."""
    stock = _stock(field)
    own = {code: text for code, text in field.error_messages.items() if code not in stock or text != stock[code]}
    field.error_messages |= _sentences(field) | own
    _name_blank(field, blank)


def _stock(field: forms.Field) -> dict:
    """What the library says by default."""
    return {
        code: text
        for cls in reversed(type(field).__mro__)
        for code, text in getattr(cls, "default_error_messages", {}).items()
    }


def _sentences(field: forms.Field) -> dict[str, str]:
    """Error code → sentence, as the field's kind and name ask for."""
    label = str(field.label or "这一项")
    return _of_all(label, required=_required(field)) | _of_kind(field, label)


def _required(field: forms.Field) -> str:
    """The verb fits what is to be done: write, choose, tick."""
    if not field.label:
        return "这一项还没有填写。"
    if isinstance(field, forms.BooleanField) and isinstance(field.widget, widgets.CheckboxInput):
        return f"请勾选“{field.label}”。"
    chosen = isinstance(field, forms.ChoiceField | forms.FileField)
    return f"请{'选择' if chosen else '填写'}{field.label}。"


def _of_all(label: str, *, required: str) -> dict[str, str]:
    return {
        "required": required,
        "incomplete": f"{label}没有填全，请补充。",
        "unique": f"这个{label}已被使用，请换一个。",
        "min_value": f"{label}不能小于 %(limit_value)s，请核对。",
        "max_value": f"{label}不能大于 %(limit_value)s，请核对。",
        "step_size": f"{label}应为 %(limit_value)s 的整倍数，请核对。",
        "min_length": f"{label}至少 %(limit_value)d 个字，现在是 %(show_value)d 个，请补充。",
        "max_length": f"{label}最多 %(limit_value)d 个字，现在是 %(show_value)d 个，请删减。",
        "max_digits": f"{label}最多 %(max)s 位数字，请核对。",
        "max_decimal_places": f"{label}最多 %(max)s 位小数，请核对。",
        "max_whole_digits": f"{label}小数点前最多 %(max)s 位，请核对。",
        NUL: f"{label}里有不能识别的字符，请删去后重新填写。",
    }


def _of_kind(field: forms.Field, label: str) -> dict[str, str]:
    """Sentences that only one kind of field needs."""
    if isinstance(field, forms.FileField):
        return _of_file(label)
    if isinstance(field, forms.ChoiceField):
        codes = ("invalid_choice", "invalid_list", "invalid_pk_value", NUL)
        return dict.fromkeys(codes, f"{label}不在可选范围内，请重新选择。")
    examples = {
        forms.FloatField: "写数字，例如 12.5",
        forms.DecimalField: "写数字，例如 12.5",
        forms.IntegerField: "写整数，例如 12",
        forms.DateTimeField: "照 2026-11-23 14:30 的样子写",
        forms.DateField: "照 2026-11-23 的样子写",
        forms.TimeField: "照 14:30 的样子写",
        forms.EmailField: "写完整的电子邮箱，例如 lisi@example.cn",
        forms.URLField: "写完整的网址，以 https:// 开头",
    }
    example = next((words for kind, words in examples.items() if isinstance(field, kind)), "")
    if example:
        return {"invalid": f"{label}请{example}。"}
    # only where the kind has the code: a validator's own sentence carries it too
    return {"invalid": f"{label}的写法不对，请核对后重新填写。"} if "invalid" in _stock(field) else {}


def _of_file(label: str) -> dict[str, str]:
    lost = f"{label}没有完整送到，请重新选择后再提交。"
    return {
        "missing": lost,
        "invalid": lost,
        "empty": f"{label}里选的文件是空的，请确认能正常打开后重新选择。",
        "max_length": f"{label}的文件名最多 %(max)d 个字，请改短文件名后重新选择。",
        "contradiction": f"{label}请只做一样：换一个文件，或不再保留。",
        "invalid_image": f"{label}不是能读的图片，请换成 JPG 或 PNG 后重新选择。",
    }


def _name_blank(field: forms.Field, word: str) -> None:
    """The empty choice says what to do."""
    if not isinstance(field, forms.ChoiceField):
        return
    if getattr(field, "empty_label", None) == DASHES:
        field.empty_label = word
    elif not hasattr(field, "empty_label"):
        pairs = list(field.choices)
        if any(str(label) == DASHES for _, label in pairs if not isinstance(label, list | tuple)):
            field.choices = [(value, word if str(label) == DASHES else label) for value, label in pairs]
