"""Addresses of the pages of modules."""

from django.urls import path

from crm.hosted import views

urlpatterns = [
    path("m/<slug:slug>/", views.TakePartPage.as_view(), name="module-page"),
    path("m/<slug:slug>/thanks/", views.ThanksPage.as_view(), name="module-thanks"),
    path("m/<slug:slug>/invited/", views.InvitedPage.as_view(), name="module-invited"),
    path("m/<slug:slug>/link/<str:token>/", views.LinkPage.as_view(), name="module-link"),
    path("m/<slug:slug>/by/<str:token>/", views.InvitationPage.as_view(), name="module-invitation"),
    path("m/<path:elsewhere>/", views.nowhere),
]
