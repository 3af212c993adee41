"""Addresses of the pages of modules."""

from django.urls import path

from crm.hosted import sponsoring, views
from crm.hosted.taking_part import ThanksPage

urlpatterns = [
    path("m/<slug:slug>/", views.module_page, name="module-page"),
    path("m/<slug:slug>/thanks/", ThanksPage.as_view(), name="module-thanks"),
    path("m/<slug:slug>/invited/", sponsoring.InvitedPage.as_view(), name="module-invited"),
    path("m/<slug:slug>/link/<str:token>/", sponsoring.LinkPage.as_view(), name="module-link"),
    path("m/<slug:slug>/by/<str:token>/", sponsoring.InvitationPage.as_view(), name="module-invitation"),
    path("m/<path:elsewhere>/", views.nowhere),
]
