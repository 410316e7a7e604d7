from django.urls import URLPattern

app_name = "diners"
urlpatterns: list[URLPattern] = []
