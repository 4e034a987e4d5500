"""Invented names of plausible people; any likeness is chance."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解"
)
MALE = "国建军志明海涛强伟峰磊鹏辉勇刚平文德成林永生东亮宏庆福贵财顺喜民忠义信良才宝山河松柏"
FEMALE = "秀英兰芳玉梅桂花红霞艳丽敏静娟萍燕玲云凤荣珍翠莲巧香月琴爱春雪莉娜婷洁淑惠"
CHILD = "子浩宇轩梓涵一诺欣怡思源佳琪俊杰雨泽晨曦博文语嫣若溪明轩嘉乐可心天佑"


def given(rng, characters: str) -> str:
    """One or two characters; two in nine cases of ten."""
    first = rng.choice(characters)
    return first + rng.choice(characters) if rng.random() < 0.9 else first
