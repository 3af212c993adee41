"""Addresses of what people and the back-office see of messages."""

from django.urls import path

from actions import views

urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("confirm/<str:token>/", views.confirm_page, name="confirm"),
    path("preferences/<str:token>/", views.preferences_page, name="preferences"),
    path("pot/<str:token>/", views.pot_page, name="pot"),
    path("c/<str:token>", views.follow_link, name="follow-link"),
    path("o/<str:token>.gif", views.show_picture, name="show-picture"),
    path("webhooks/email/<slug:provider>/", views.provider_reports, name="provider-reports"),
    path("callbacks/<str:token>/<slug:what>/", views.integration_callback, name="integration-callback"),
    path("messages/deliveries/<int:pk>/", views.delivery_message, name="delivery-message"),
    path("messages/mailbox/<int:pk>/", views.mailbox_message, name="mailbox-message"),
]
