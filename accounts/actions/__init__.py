from accounts.actions.posts import PostRefused, appoint, end_expired_posts, end_post
from accounts.actions.users import (
    UserRefused,
    change_department,
    change_password,
    change_user,
    create_user,
    digest_of,
    enrol_second_factor,
    issue_token,
    remove_second_factor,
    reset_password,
    switch_user,
)

__all__ = [
    "PostRefused",
    "UserRefused",
    "appoint",
    "change_department",
    "change_password",
    "change_user",
    "create_user",
    "digest_of",
    "end_expired_posts",
    "end_post",
    "enrol_second_factor",
    "issue_token",
    "remove_second_factor",
    "reset_password",
    "switch_user",
]
