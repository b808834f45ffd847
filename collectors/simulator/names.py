"""The words a simulated floor is made of: names of people, queues, teams and reasons, in Chinese and English, as data.

All are invented. A queue's id is what the switch calls it; its two display names are what a screen shows.
"""

from __future__ import annotations

from typing import NamedTuple

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
GIVEN_NAMES = (
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军",
    "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞",
    "平", "刚", "桂英",
    "玉兰", "小明", "晓燕", "子涵", "雨桐", "浩然", "欣怡", "思远", "佳怡", "志强", "建国", "丽华", "晓峰", "雪梅", "俊杰", "梦洁",
    "文博", "嘉豪",
    "诗涵", "宇航", "若曦", "海燕", "国栋", "美玲", "天佑", "春梅", "立新", "婷婷",
)  # fmt: skip
FIRST_NAMES = (
    "Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy", "Karl", "Laura", "Mike",
    "Nina", "Oscar", "Peggy", "Quinn", "Ruth", "Steve", "Tina", "Uma", "Victor", "Wendy", "Xenia", "Yusuf", "Zoe",
    "Amy", "Ben", "Clara", "Daniel", "Ella", "Finn", "Gina", "Hugo", "Iris", "Jack",
)  # fmt: skip
LAST_NAMES = (
    "Martin", "Stone", "Diaz", "Lee", "Fox", "Wu", "Kim", "Sand", "Brown", "Clark", "Evans", "Garcia", "Hall",
    "Jones", "King", "Lopez", "Moore", "Nash", "Owens", "Parker", "Reed", "Scott", "Turner", "Young", "Adams",
    "Baker", "Cole", "Dunn", "Ellis", "Ford",
)  # fmt: skip
CALLER_NAMES = (
    "",
    "",
    "",
    "陈女士",
    "王先生",
    "Ann Ray",
    "Ben Holt",
    "李先生",
    "Cy Young",
    "刘女士",
    "Dee Vox",
    "上海某公司",
)

HOSTILE_CALLERS = (
    "<img onerror=alert(1) src=x>", "O'Brien, Pat", '李四, "VIP"', "����", "a: b", "Event: Hangup", "tab\there",
    "ctl\x01\x02\x7f", "Robert'); DROP TABLE", "100% %s {0}", "pipe|name|3", "👩‍💻 emoji", "=cmd|' /C calc'!A0", "n" * 90,
)  # fmt: skip
"""As app_queue would hold them: GB18030 bytes are lost already, as four U+FFFD."""

HOSTILE_MEMBERS = ('张伟 "H", x', "O'Brien, Pat", 'Dave "D" Lee', "<b>Eve</b>", "José Núñez", "李娜 (夜班)")


class QueueName(NamedTuple):
    id: str
    zh: str
    en: str
    weight: float
    strategy: str


QUEUES = (
    QueueName("sales", "销售咨询", "Sales", 1.0, "leastrecent"),
    QueueName("support", "技术支持", "Support", 0.9, "rrmemory"),
    QueueName("vip", "贵宾专线", "VIP line", 0.3, "ringall"),
    QueueName("客服", "客户服务", "Customer care", 1.2, "leastrecent"),
    QueueName("billing", "账单查询", "Billing", 0.7, "leastrecent"),
    QueueName("complaints", "投诉建议", "Complaints", 0.4, "rrmemory"),
    QueueName("logistics", "物流查询", "Deliveries", 0.8, "leastrecent"),
    QueueName("returns", "退换货", "Returns", 0.6, "rrmemory"),
    QueueName("售后", "售后维修", "Repairs", 0.7, "leastrecent"),
    QueueName("english", "英语服务", "English line", 0.4, "rrmemory"),
    QueueName("enterprise", "企业客户", "Enterprise", 0.5, "leastrecent"),
    QueueName("retention", "客户挽留", "Retention", 0.4, "rrmemory"),
    QueueName("activation", "开户激活", "Activation", 0.6, "leastrecent"),
    QueueName("cards", "信用卡", "Cards", 0.9, "leastrecent"),
    QueueName("loans", "贷款业务", "Loans", 0.5, "rrmemory"),
    QueueName("insurance", "保险理赔", "Claims", 0.6, "leastrecent"),
    QueueName("travel", "差旅预订", "Travel", 0.5, "rrmemory"),
    QueueName("浦东", "浦东分中心", "Pudong branch", 0.8, "leastrecent"),
    QueueName("成都", "成都分中心", "Chengdu branch", 0.8, "leastrecent"),
    QueueName("night", "夜间值守", "Night desk", 0.3, "leastrecent"),
)


class Reason(NamedTuple):
    """A pause reason: mean minutes, how often (share), and its line of the catalogue."""

    id: str
    en: str
    mean_min: float
    share: float
    category: str
    limit_min: int
    icon: str


REASONS = (
    Reason("小休", "Break", 6, 0.46, "rest", 15, "coffee"),
    Reason("就餐", "Meal", 24, 0.16, "rest", 45, "meal"),
    Reason("培训", "Training", 26, 0.07, "productive", 60, "book"),
    Reason("会议", "Meeting", 18, 0.09, "productive", 60, "people"),
    Reason("外呼", "Outbound", 9, 0.14, "productive", 0, "phone-out"),
    Reason("话后处理", "After-call work", 2, 0.08, "work_after_call", 5, "pencil"),
)
