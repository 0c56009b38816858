"""`django-helpdesk` 2.6.1 on PostgreSQL, in process: create by its API, list the first page.

Runs in the peers' environment. The product's own views, serializers and pagination; only e-mail is
thrown away.
"""

import os
import resource
import statistics
import sys
import time
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.utils.module_loading import import_string

from bench.figures import PER_SECOND, SECONDS, Figure

SUBJECT = "django-helpdesk 2.6.1"


def prepare() -> tuple[Any, int]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.helpdesk_settings"
    django.setup()
    call_command("migrate", verbosity=0)
    queue = apps.get_model("helpdesk", "Queue").objects.create(title="12345", slug="hotline")
    users = apps.get_model("auth", "User").objects
    client = import_string("rest_framework.test.APIClient")()
    client.force_authenticate(users.create_superuser("operator", "operator@example.com"))
    return client, queue.pk


def create(client: Any, queue: int, count: int) -> float:
    begun = time.perf_counter()
    for number in range(count):
        form = {
            "queue": queue,
            "title": f"路灯不亮 {number}",
            "description": "青江街道一处路灯三天不亮",
            "priority": 3,
            "status": 1,
            "submitter_email": "citizen@example.com",
        }
        answer = client.post("/api/tickets/", form, format="json")
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
    return count / (time.perf_counter() - begun)


def fill(queue: int, wanted: int) -> None:
    ticket = apps.get_model("helpdesk", "Ticket")
    missing = wanted - ticket.objects.count()
    ticket.objects.bulk_create(
        (
            ticket(queue_id=queue, title=f"路灯不亮 {number}", description="三天不亮", status=1)
            for number in range(missing)
        ),
        batch_size=1000,
    )


def list_page(client: Any, times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = client.get("/api/tickets/?page_size=25")
        if len(answer.json()["results"]) != 25:
            raise RuntimeError("the page is not full")
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main(creates: int, tickets: int) -> None:
    client, queue = prepare()
    create(client, queue, 10)
    per_second = create(client, queue, creates)
    fill(queue, tickets)
    seconds = list_page(client, 3)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    detail = f"{tickets} tickets, peak {megabytes:.0f} MB"
    print(Figure(SUBJECT, "create", per_second, PER_SECOND, "by its API, in process").line())
    print(Figure(SUBJECT, "list_page", seconds, SECONDS, detail).line())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
