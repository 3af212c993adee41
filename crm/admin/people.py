"""Who works in the back-office, and what their roles allow."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from crm.admin.base import DeclicAdmin
from crm.models import User

admin.site.unregister(Group)


class RolesField(forms.ModelMultipleChoiceField):
    """Roles by their name in the reader's language, as boxes to tick."""

    def label_from_instance(self, obj: Model) -> str:
        """Return the translated name."""
        return _now(str(obj))


@admin.register(User)
class UserAdmin(DjangoUserAdmin, DeclicAdmin):  # type: ignore[misc]  # theirs is typed, unfold is not
    """Users of the back-office."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "shown_roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), ("email", "language"))}),
        (_("What they may do"), {"fields": ("groups", ("is_active", "is_superuser"))}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "language", "password1", "password2", "groups")}),)

    @admin.display(description=_("Roles"))
    def shown_roles(self, row: User) -> str:
        """Return the roles, translated."""
        names = [_now(group.name) for group in row.groups.all()]
        return ", ".join([*([_now("Superuser")] if row.is_superuser else []), *names]) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read all roles at once."""
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer roles as boxes to tick."""
        if db_field.name == "groups":
            return RolesField(
                Group.objects.order_by("pk"),
                label=_("Roles"),
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        return super().formfield_for_manytomany(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is made here may sign in; only a superuser makes another."""
        obj.is_staff = True
        if not request.user.is_superuser:
            stands = User.objects.filter(pk=obj.pk, is_superuser=True).exists() if change else False
            obj.is_superuser = stands
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only superusers make superusers."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, DeclicAdmin):  # type: ignore[misc]
    """Roles: named sets of permissions."""

    list_display = ("shown_name",)
    search_fields = ("name",)
    ordering = ("id",)

    @admin.display(description=_("Role"), ordering="name")
    def shown_name(self, row: Group) -> str:
        """Return the translated name."""
        return _now(row.name)
