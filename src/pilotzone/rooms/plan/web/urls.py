"""The room's addresses, below /plan/."""

from django.urls import path

from pilotzone.rooms.plan.web import lights, reporting, tasks

urlpatterns = [
    path("", tasks.show, name="plan"),
    path("tasks.csv", tasks.export, name="plan_export"),
    path("tasks/<int:number>/", tasks.one, name="plan_task"),
    path("tasks/<int:number>/report/", reporting.declare, name="plan_declare"),
    path("tasks/<int:number>/deadline/", reporting.deadline, name="plan_ask_deadline"),
    path("tasks/<int:number>/object/", reporting.objection, name="plan_object"),
    path("deadlines/<int:number>/", reporting.decide, name="plan_decide"),
    path("objections/<int:number>/", reporting.answer, name="plan_answer"),
    path("reports/", reporting.show, name="plan_reports"),
    path("reports/<int:number>/", reporting.verify, name="plan_verify"),
    path("reports/<int:number>/attachment/", reporting.attachment, name="plan_attachment"),
    path("lights/", lights.show, name="plan_lights"),
    path("public/", lights.public, name="plan_public"),
    path("public.csv", lights.public_export, name="plan_public_export"),
]
