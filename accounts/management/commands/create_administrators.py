"""The first people of a new system: without them nobody could make or appoint anybody."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import actions, roles
from accounts.models import Post
from areas.models import Area


class Command(BaseCommand):
    help = "建立某地区的系统、安全、审计三个管理员账号，各打印一次初始密码"

    def add_arguments(self, parser):
        parser.add_argument("--area", required=True, help="区划代码，如 410922")

    @transaction.atomic
    def handle(self, *, area, **options):
        place = Area.objects.filter(pk=area).first()
        if place is None:
            raise CommandError(f"没有区划 {area}，请先用 load_areas 装入")
        if Post.objects.in_force().filter(role=roles.SecurityAdmin.key, area=place).exists():
            raise CommandError(f"{place} 已有安全管理员，请由其任命")
        made = {}
        for role in roles.ADMINISTRATORS:
            try:
                user, password = actions.create_user(
                    username=f"{role.key}_{area}", full_name=role.name, area=place, by=None
                )
                actions.appoint(user=user, role=role.key, area=place, by=None)
            except (actions.UserRefused, actions.PostRefused) as refused:
                raise CommandError(str(refused)) from refused
            made[user.username] = password
        self.stdout.write(json.dumps(made, ensure_ascii=False))
