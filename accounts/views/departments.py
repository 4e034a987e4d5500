"""部门: the sixteen of 附件1 with their clerks."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access, actions
from accounts.access import require
from accounts.forms import DepartmentForm
from accounts.models import Department, Post
from accounts.permissions import Permission


@require(Permission.USER_MANAGE, Permission.POST_MANAGE)
def department_list(request):
    clerks = Post.objects.visible_to(request.user).in_force().select_related("user")
    departments = Department.objects.prefetch_related(
        Prefetch("posts", queryset=clerks, to_attr="clerks")
    )
    may_edit = access.holds(request.user, Permission.USER_MANAGE)
    context = {"departments": departments, "may_edit": may_edit}
    return render(request, "accounts/department_list.html", context)


@require(Permission.USER_MANAGE)
def department_form(request, key):
    department = get_object_or_404(Department, pk=key)
    form = DepartmentForm(
        request.POST if request.method == "POST" else None, initial={"name": department.name}
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            actions.change_department(department=department, name=name, by=request.user)
        except actions.UserRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存 {name}")
            return redirect("department_list")
    return render(
        request, "accounts/department_form.html", {"form": form, "department": department}
    )
