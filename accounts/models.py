from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import access, roles
from accounts.permissions import Permission
from areas.containment import within
from areas.models import Area
from audit import clock


def _administered(user, field: str) -> Q:
    """Where the person keeps accounts (system administrator) or posts (security administrator)."""
    kept = access.codes(user, Permission.USER_MANAGE) + access.codes(user, Permission.POST_MANAGE)
    return within(kept, field=field)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The people whose accounts or posts this administrator keeps: by home area or by post."""
        posted = Post.objects.open().filter(_administered(user, "area_id"), user=OuterRef("pk"))
        return self.filter(_administered(user, "area_id") | Exists(posted))

    def matching(self, words: str):
        """Found by part of the name, the sign-in name or the unit."""
        return self.filter(
            Q(full_name__icontains=words) | Q(username__icontains=words) | Q(unit__icontains=words)
        )


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in; what they may do comes from their posts, never from here."""

    full_name = models.CharField("姓名", max_length=40)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    unit = models.CharField("单位", max_length=80, blank=True)
    # Only says which administrators keep this person's account; it gives no rights.
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属地区"
    )
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    old_passwords = ArrayField(
        models.CharField(max_length=128), default=list, blank=True, verbose_name="用过的密码"
    )

    objects = UserManager()

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self):
        return self.full_name or self.username


class Department(models.Model):
    """One of the departments of 附件1; its order there is its clause."""

    key = models.SlugField("标识", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("顺序")
    clause = models.CharField("依据", max_length=20)
    # Empty: the department of that name in every county of this system.
    county = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属县"
    )

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"
        ordering = ["order", "key"]

    def __str__(self):
        return self.name


class PostQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The posts of the people whose accounts or posts this administrator keeps."""
        return self.filter(_administered(user, "user__area_id") | _administered(user, "area_id"))

    def open(self):
        """Not ended; the term may lie ahead or, until the nightly job, behind."""
        return self.filter(ended_at=None)

    def in_force(self, on=None):
        """Giving rights on this day (today by default); first and last day of the term count."""
        on = on or clock.today()
        return self.open().filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def expired(self):
        return self.open().filter(ends_on__lt=clock.today())

    def overlapping(self, starts_on, ends_on):
        """Open posts with at least one day in common with this term; no end means for ever."""
        found = self.open().filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return found.filter(starts_on__lte=ends_on) if ends_on else found


class Post(models.Model):
    """A person has a role over an area or in a department for a term: all rights come from here."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="用户"
    )
    role = models.CharField("岗位", max_length=30, choices=roles.CHOICES)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="部门"
    )
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    appointed_at = models.DateTimeField("任命时间")
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="任命人"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    # Empty when the term ran out: nobody ended it.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="结束人"
    )
    end_reason = models.CharField("结束原因", max_length=200, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["-starts_on", "-pk"]
        indexes = [
            # the question of every request: what may this person do today
            models.Index(fields=["user"], condition=Q(ended_at=None), name="post_open_of_user"),
            models.Index(fields=["ends_on"], condition=Q(ended_at=None), name="post_to_expire"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True, department__isnull=False)
                | Q(area__isnull=False, department__isnull=True),
                name="post_over_area_or_department",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="post_term_forward",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="post_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "department"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="post_open_once",
            ),
        ]

    def __str__(self):
        return f"{self.place} {self.get_role_display()}"

    @property
    def place(self):
        """The area or department it is given over."""
        return self.area or self.department

    @property
    def is_in_force(self) -> bool:
        today = clock.today()
        return (
            self.ended_at is None
            and self.starts_on <= today
            and (self.ends_on is None or self.ends_on >= today)
        )


class ApiToken(models.Model):
    """A key to the REST API for a working day; only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name="用户"
    )
    digest = models.CharField("摘要", max_length=64, unique=True)
    issued_at = models.DateTimeField("签发时间")
    expires_at = models.DateTimeField("失效时间")

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
