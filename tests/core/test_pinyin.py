"""Initials to search by and keys to sort by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal.core.pinyin import pinyin_initials, pinyin_key


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("渔浦社区", "yu2 pu3 she4 qu1", "ypsq"),
        ("復兴村", "fu4 xing1 cun1", "fxc"),
        ("昇光村", "sheng1 guang1 cun1", "sgc"),
        ("吕布", "lv3 bu4", "lb"),
        ("A区3号", "a qu1 3 hao4", "aq3h"),
        ("𠮷田", "𠮷 tian2", "𠮷t"),
        ("阿·力", "a1 · li4", "al"),
        ("  ", "", ""),
    ],
)
def test_names_of_places_and_things(name, key, initials):
    assert (pinyin_key(name), pinyin_initials(name)) == (key, initials)


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("单小明", "shan4 xiao3 ming2", "sxm"),
        ("仇某", "qiu2 mou3", "qm"),
        ("尉迟恭", "yu4 chi2 gong1", "ycg"),
        ("欧阳娜娜", "ou1 yang2 na4 na4", "oynn"),
        ("王小明", "wang2 xiao3 ming2", "wxm"),
    ],
)
def test_surnames_have_their_own_readings(name, key, initials):
    assert (pinyin_key(name, person=True), pinyin_initials(name, person=True)) == (key, initials)


def test_a_unit_is_no_surname():
    assert pinyin_initials("单位") == "dw"


def test_keys_sort_as_a_dictionary_does():
    names = ["赵一", "梁山", "李波", "章伟", "阿明", "李一"]

    in_order = sorted(names, key=lambda name: pinyin_key(name, person=True))

    assert in_order == ["阿明", "李波", "李一", "梁山", "章伟", "赵一"]


@given(name=st.text(max_size=80), person=st.booleans())
def test_columns_are_never_overrun(name, person):
    assert len(pinyin_key(name, person=person)) <= 120
    assert len(pinyin_initials(name, person=person)) <= 40
