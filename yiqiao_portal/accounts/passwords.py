"""What a password must be (promises 8.1): at least 10 characters of three kinds, or at least 16 of any kind."""

import re

from django.core.exceptions import ValidationError

KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
SHORT, LONG, KINDS_WANTED, DIFFERENT = 10, 16, 3, 6
TOWN_WORDS = ("yiqiao", "lianxinqiao", "xiaoshan", "义桥", "联心桥")


class StrengthValidator:
    """Refuses what is short, of few kinds, or a word of the town."""

    def validate(self, password, user=None):
        kinds = sum(bool(re.search(kind, password)) for kind in KINDS)
        if len(password) < SHORT or (len(password) < LONG and kinds < KINDS_WANTED):
            raise ValidationError(self.get_help_text(), code="password_weak")
        if len(set(password)) < DIFFERENT:
            raise ValidationError("密码里重复的字符太多，请换用至少 6 种不同的字符。", code="password_repeats")
        names = [*TOWN_WORDS, getattr(user, "username", "")]
        if any(word and len(word) > 2 and word in password.lower() for word in names):
            raise ValidationError("密码里不要用账号名、地名或平台名，请换一个。", code="password_town_word")

    def get_help_text(self):
        return "密码至少 10 位，含大写、小写、数字、符号中的三种；或者至少 16 位，不限种类。"
