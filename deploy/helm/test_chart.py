"""The Helm chart: linted, rendered, and held to what an operator relies on."""

import os
import shutil
import subprocess
from typing import Any, Final

import pytest
import yaml

from team.engines import ROOT, missing

CHART: Final = ROOT / "deploy/helm/whitespace-mcp"
NEEDED: Final = ("url=https://mcp.firm.example/mcp", "issuer=https://id.firm.example", "clientId=connect")
EVERYTHING: Final = (
    "secrets.redis=cache",
    "ingress.enabled=true",
    "ingress.host=mcp.firm.example",
    "ingress.tlsSecret=tls",
    "gatewayRoute.enabled=true",
    "gatewayRoute.host=mcp.firm.example",
    "gatewayRoute.parent.name=gateway",
    "serviceMonitor.enabled=true",
    "image.digest=sha256:0",
    "imagePullSecrets[0].name=registry",
    "audience=an-audience",
    "forgetUnused.days=90",
    "ingress.annotations.some/thing=yes",
    "extraVolumes[0].name=trail",
    "extraVolumes[0].persistentVolumeClaim.claimName=trail",
    "extraVolumeMounts[0].name=trail",
    "extraVolumeMounts[0].mountPath=/trail",
)


@pytest.fixture
def helm() -> str:
    """Helm; `make chart` fetches it."""
    found = shutil.which("helm", path=os.pathsep.join([str(ROOT / "build/npm/helm"), os.environ.get("PATH", "")]))
    if found is None:
        missing("helm is not on this machine")
    assert found is not None
    return found


def rendered(helm: str, *values: str) -> list[dict[str, Any]]:
    """What the chart makes of these values."""
    line = [helm, "template", "ws", str(CHART), *(f"--set={value}" for value in values)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)  # helm
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def test_the_chart_is_well_formed_and_asks_for_what_it_needs(helm: str) -> None:
    lint = subprocess.run(  # helm
        [helm, "lint", "--strict", str(CHART), *(f"--set={value}" for value in NEEDED)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert lint.returncode == 0, lint.stdout + lint.stderr
    bare = subprocess.run([helm, "template", "ws", str(CHART)], capture_output=True, text=True, check=False)
    assert "url: the public address of /mcp" in bare.stderr


def test_what_is_made_runs_with_little_and_keeps_its_inside_inside(helm: str) -> None:
    documents = rendered(helm, *NEEDED, *EVERYTHING)
    kinds = {document["kind"] for document in documents}
    assert kinds == {
        "Deployment", "Job", "Service", "PodDisruptionBudget", "NetworkPolicy",
        "Ingress", "HTTPRoute", "ServiceMonitor", "CronJob",
    }  # fmt: skip
    for document in documents:
        if document["kind"] in {"Deployment", "Job", "CronJob"}:
            spec = document["spec"].get("jobTemplate", document)["spec"]
            pod = spec["template"]["spec"]
            assert [volume["name"] for volume in pod["volumes"]] == ["keys", "trail"]
            assert pod["imagePullSecrets"] == [{"name": "registry"}]
            assert pod["automountServiceAccountToken"] is False
            assert pod["enableServiceLinks"] is False
            (container,) = pod["containers"]
            assert container["image"] == "whitespace-mcp-team@sha256:0"
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"]
            assert context["runAsNonRoot"]
            assert context["capabilities"] == {"drop": ["ALL"]}
            names = {variable["name"] for variable in container["env"]}
            wanted = {"URL", "REDIS", "KEYS", "AUDIENCE"}
            assert {f"WHITESPACE_TEAM_{name}" for name in wanted} <= names
            assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/keys", "/trail"]
            secret = [variable for variable in container["env"] if "secretKeyRef" in variable.get("valueFrom", {})]
            assert len(secret) == 3, "secrets come from secrets"
    (ingress,) = [document for document in documents if document["kind"] == "Ingress"]
    assert ingress["metadata"]["annotations"] == {"some/thing": "yes"}
    (forget,) = [document for document in documents if document["kind"] == "CronJob"]
    (container,) = forget["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["team", "forget-unused", "90"]
    paths = {path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}
    assert paths == {"/mcp", "/connect", "/.well-known/oauth-protected-resource"}
    (deployment,) = [document for document in documents if document["kind"] == "Deployment"]
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 25
    assert {document["kind"] for document in rendered(helm, *NEEDED)} == {
        "Deployment", "Job", "Service", "PodDisruptionBudget", "NetworkPolicy",
    }  # fmt: skip


def test_an_autoscaler_may_say_how_many_replicas_there_are(helm: str) -> None:
    for values, number in ((), 2), (("replicas=null",), None):
        (deployment,) = [each for each in rendered(helm, *NEEDED, *values) if each["kind"] == "Deployment"]
        assert deployment["spec"].get("replicas") == number
