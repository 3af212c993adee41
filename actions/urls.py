"""Addresses of what people and the back-office see of messages."""

from django.urls import path

from actions import views

urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("callbacks/<str:token>/<slug:what>/", views.integration_callback, name="integration-callback"),
    path("messages/deliveries/<int:pk>/", views.delivery_message, name="delivery-message"),
    path("messages/mailbox/<int:pk>/", views.mailbox_message, name="mailbox-message"),
]
