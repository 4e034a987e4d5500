"""Which village a sheet means: by name, but never without the township when names repeat (domain §8)."""

import re
import unicodedata
from collections import defaultdict

from areas.containment import contains
from areas.models import Area, Level

_VILLAGE_ENDS = ("社区居民委员会", "村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")
_TOWNSHIP_ENDS = ("街道办事处", "镇人民政府", "乡人民政府", "街道", "镇", "乡")
_SPACES = re.compile(r"\s+")


class VillageUnknown(Exception):
    """The village cannot be told; the message is one Chinese clause with the remedy."""


class Villages:
    """All villages of the counties around some areas, found by township and name."""

    def __init__(self, codes):
        """`codes` are the areas that may be filled; names are known in their whole counties."""
        self.codes = tuple(codes)
        self._townships = defaultdict(set)  # bare township name -> codes
        self._names = {}  # code -> name
        self._exact = defaultdict(set)  # full or short village name -> codes
        self._bare = defaultdict(set)  # name without 村委会 … -> codes
        around = {code[:6] for code in self.codes}
        wanted = Area.objects.active().filter(level__in=[Level.TOWNSHIP, Level.VILLAGE])
        for area in wanted.order_by("code").only("code", "name", "short_name", "level"):
            if any(area.code.startswith(code) for code in around):
                self._learn(area)

    def code_of(self, township, village):
        """The 12-digit code of a village as a sheet names it. Raises VillageUnknown.

        The township may be empty while only one has a village of that name.
        """
        village, township = _plain(village), _plain(township)
        if not village:
            raise VillageUnknown("没有填行政村")
        code = (
            village
            if village in self._names and len(village) == 12
            else self._by_name(township, village)
        )
        if not self._is_allowed(code):
            raise VillageUnknown(f"“{self.name(code)}”不在您负责的区域内，不能导入")
        return code

    def name(self, code):
        """Township and village, as ledgers write them."""
        return f"{self._names.get(code[:9], '')}{self._names.get(code, code)}"

    def _is_allowed(self, code):
        return any(contains(allowed, code) for allowed in self.codes)

    def _learn(self, area):
        self._names[area.code] = area.name if area.level == Level.TOWNSHIP else area.short_name
        if area.level == Level.TOWNSHIP:
            self._townships[_bare(area.name, _TOWNSHIP_ENDS)].add(area.code)
            return
        self._exact[area.name].add(area.code)
        self._exact[area.short_name].add(area.code)
        self._bare[_bare(area.name, _VILLAGE_ENDS)].add(area.code)

    def _by_name(self, township, village):
        inside = None
        if township:
            inside = self._townships.get(_bare(township, _TOWNSHIP_ENDS))
            if not inside:
                raise VillageUnknown(f"没有“{township}”这个乡镇，请核对乡镇名称")
        found = self._named(village, inside) or self._with_township_in_front(village)
        if not found:
            raise VillageUnknown(self._why_not_found(township, village))
        if len(found) > 1:
            found = {code for code in found if self._is_allowed(code)} or found
        if len(found) > 1:
            places = "、".join(sorted(self._names.get(code[:9], "") for code in found))
            raise VillageUnknown(f"{places}都有“{village}”，请填写“乡镇”列")
        return next(iter(found))

    def _named(self, village, inside):
        """Villages of that name, the exact name before the name without its ending."""
        for names, key in ((self._exact, village), (self._bare, _bare(village, _VILLAGE_ENDS))):
            found = names.get(key, ())
            if inside is not None:
                found = [code for code in found if code[:9] in inside]
            if found:
                return set(found)
        return set()

    def _with_township_in_front(self, village):
        """城关镇西街村 written into the village's cell."""
        found = set()
        for end in range(2, len(village) - 1):
            townships = self._townships.get(_bare(village[:end], _TOWNSHIP_ENDS))
            if townships and village[:end].endswith(_TOWNSHIP_ENDS):
                found |= self._named(village[end:], townships)
        return found

    def _why_not_found(self, township, village):
        elsewhere = sorted(self._names.get(code[:9], "") for code in self._named(village, None))
        if township and elsewhere:
            return f"{township}没有“{village}”，同名村在{'、'.join(elsewhere)}，请核对乡镇和行政村"
        return f"没有“{village}”这个行政村，请对照行政区划核对村名"


def _plain(text):
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def _bare(name, ends):
    for end in ends:
        if name.endswith(end) and len(name) > len(end):
            return name.removesuffix(end)
    return name
