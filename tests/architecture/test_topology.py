"""Compose file, process table, settings and pages describe one topology."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from streams.cluster.cluster import Cluster, Layout
from streams.cluster.services import KAFKA, POSTGRESQL, READINESS, SERVICES, Service
from streams.settings import Settings
from tests.docs.programs import parsed

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
NODES: dict[str, dict[str, Any]] = COMPOSE["services"]
OUTSIDE = {"BIHUAN_POSTGRES_PASSWORD"}
"""What the compose file itself asks for and no process of ours reads."""


def test_the_compose_file_starts_what_the_process_table_names() -> None:
    always = {name for name, node in NODES.items() if "profiles" not in node}
    brokers = {name for name in always if name.startswith(KAFKA)}
    assert always - brokers == {POSTGRESQL, *(service.name for service in SERVICES)}
    assert len(brokers) == Layout().brokers


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_a_service_runs_the_same_command_in_as_many_copies(service: Service) -> None:
    node = NODES[service.name]
    program, *words = node["command"]
    assert program == "bihuan"
    assert words[: len(service.words("/data"))] == service.words("/data")
    parsed(tuple(words))
    assert node.get("deploy", {}).get("replicas", 1) == service.copies


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_what_lasts_waits_for_the_jobs_and_comes_again(service: Service) -> None:
    node = NODES[service.name]
    jobs = {one.name for one in SERVICES if one.once}
    if service.once:
        assert "restart" not in node
        assert node["healthcheck"] == {"disable": True}
        return
    assert node["restart"] == "unless-stopped"
    completed = {"condition": "service_completed_successfully"}
    assert node["depends_on"] == dict.fromkeys(jobs, completed)


@pytest.mark.parametrize("service", [one for one in SERVICES if not one.once], ids=str)
def test_a_health_check_asks_the_port_that_the_command_opens(service: Service) -> None:
    node = NODES[service.name]
    port = node["command"][node["command"].index("--port") + 1]
    assert f"http://127.0.0.1:{port}{READINESS}" in node["healthcheck"]["test"][-1]


def test_every_variable_of_ours_is_a_setting() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    named = set(re.findall(r"\bBIHUAN_[A-Z_]+", text)) - OUTSIDE
    assert {name.removeprefix("BIHUAN_").lower() for name in named} <= set(Settings.model_fields)


def test_processes_get_the_settings_that_containers_get(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, Layout(), print)
    given = {name for name in cluster.environment if name.startswith("BIHUAN_")}
    for service in SERVICES:
        assert set(NODES[service.name]["environment"]) == given


def test_no_secret_stands_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    values = [
        str(value)
        for node in NODES.values()
        for name, value in node.get("environment", {}).items()
        if re.search("PASSWORD|KEY|TOKEN|URL", name)
    ]
    assert values
    assert all(re.search(r"\$\{BIHUAN_[A-Z_]+:\?", value) for value in values)
    assert "POSTGRES_HOST_AUTH_METHOD" not in text


def test_brokers_are_of_one_version_and_one_mind() -> None:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = ET.parse(ROOT / "streams/cluster/kafka/pom.xml")  # noqa: S314 - our own file
    version = pom.findtext("m:dependencies/m:dependency/m:version", namespaces=space)
    for name, node in NODES.items():
        if name.startswith(KAFKA):
            assert node["image"] == f"apache/kafka:{version}"
            assert node["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
            assert node["environment"]["KAFKA_MIN_INSYNC_REPLICAS"] == "2"


def test_the_page_tells_how_to_start_both() -> None:
    page = (ROOT / "docs/how-to/operate.md").read_text("utf-8")
    assert "docker compose up" in page
    assert "make cluster" in page
    assert set(re.findall(r"\bBIHUAN_[A-Z_]+", page)) >= OUTSIDE
