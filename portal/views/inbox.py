"""我的提醒: opening the page is reading it."""

from django.core.paginator import Paginator
from django.shortcuts import render

from accounts.access import signed_in
from portal.navigation import UNREAD
from supervision.actions import mark_read
from supervision.models import Reminder

PAGE_SIZE = 30


@signed_in
def inbox(request):
    found = Reminder.objects.visible_to(request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    reminders = list(page)  # as they were before this look
    mark_read(by=request.user, reminders=[r for r in reminders if r.read_at is None])
    request.session.pop(UNREAD, None)  # the header counts again
    return render(request, "portal/inbox.html", {"page_obj": page, "reminders": reminders})
