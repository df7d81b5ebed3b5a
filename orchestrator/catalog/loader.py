"""A blueprint's directory: `blueprint.yaml` and `module/`, any Terraform module, unmodified."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.states import Risk
from orchestrator.types import BlueprintView, Variable

from .archive import Files, digest_of, files_in, in_order, packed
from .configuration import Configuration, configuration_read
from .errors import CatalogError
from .kinds import Misfit, fit
from .living import imports_read, sizes_read
from .manifest import check_phrases, checked_name, manifest_of, names_among, risk_of, text_read, texts
from .variables import module_outputs, module_variables

BLUEPRINTS = Path(__file__).parent / "blueprints"

MANIFEST = "blueprint.yaml"
_NEEDED = frozenset({"name", "title", "kind", "risk", "phrases"})
_OPTIONAL = frozenset(
    {"description", "noun", "nouns", "destroy_phrases", "ask", "synonyms", "outputs", "imports", "sizes"}
)
_KNOWN = _NEEDED | _OPTIONAL | {"continue_after_interruption"}
_RISKS = frozenset({"apply", "destroy", "drift"})


@dataclass(frozen=True)
class LoadedBlueprint:
    """A blueprint as its files have it: `manifest` is the YAML file with `sensitive_outputs` from the module, `archive`
    the module as tar.gz, `digest` over all files."""

    view: BlueprintView
    manifest: dict[str, Any]
    archive: bytes
    digest: str


def blueprint_load(directory: Path) -> LoadedBlueprint:
    """Read and check one blueprint. Raises CatalogError naming the blueprint and what would be right."""
    try:
        return _load(directory)
    except CatalogError as error:
        raise CatalogError(f"Blueprint {directory.name}: {error}") from None


def blueprints_load(root: Path = BLUEPRINTS) -> list[LoadedBlueprint]:
    """All blueprints below `root`, by name."""
    return [blueprint_load(path.parent) for path in sorted(root.glob(f"*/{MANIFEST}"))]


def blueprint_compose(
    manifest: str, files: Files, *, name: str, configuration: Configuration | None = None
) -> LoadedBlueprint:
    """A blueprint of the text of its `blueprint.yaml` and the files of its module, which may be parsed already.

    Raises CatalogError for whatever is wrong in them, and when the manifest names itself other than `name`.
    """
    fields = manifest_of(manifest, MANIFEST, known=_KNOWN, needed=_NEEDED)
    configuration = configuration or configuration_read(files)
    if not configuration.files:
        raise CatalogError("module/ holds no Terraform files.")
    if fields["kind"] != "terraform":
        raise CatalogError(f"kind is {fields['kind']!r}; blueprints are of kind terraform.")
    variables = module_variables(configuration, _synonyms(fields))
    outputs = module_outputs(configuration)
    _check(fields, variables, set(outputs))
    imports_read(fields, variables, configuration)
    in_module = {f"module/{path}": files[path] for path in in_order(files)}
    digest = digest_of({MANIFEST: manifest.encode(), **in_module})
    view = _view(fields, checked_name(fields, name), variables, digest)
    fields["sensitive_outputs"] = sorted(each for each, sensitive in outputs.items() if sensitive)
    return LoadedBlueprint(view=view, manifest=fields, archive=packed(files), digest=digest)


def _load(directory: Path) -> LoadedBlueprint:
    return blueprint_compose(text_read(directory / MANIFEST), files_in(directory / "module"), name=directory.name)


def _view(manifest: dict[str, Any], name: str, variables: tuple[Variable, ...], digest: str) -> BlueprintView:
    noun = str(manifest.get("noun", name))
    return BlueprintView(
        name=name,
        title=str(manifest["title"]),
        description=str(manifest.get("description", "")),
        version=digest,
        risk=_risks(manifest),
        phrases=texts(manifest, "phrases"),
        ask=texts(manifest, "ask"),
        outputs=texts(manifest, "outputs"),
        variables=variables,
        noun=noun,
        nouns=texts(manifest, "nouns") or (noun,),
        destroy_phrases=texts(manifest, "destroy_phrases"),
        imports=dict(manifest.get("imports") or {}),
        sizes=sizes_read(manifest, variables),
    )


def _risks(manifest: dict[str, Any]) -> dict[str, Risk]:
    risk = manifest["risk"]
    if not isinstance(risk, dict) or not {"apply", "destroy"} <= set(risk) <= _RISKS:
        raise CatalogError("risk must have apply and destroy, as in {apply: low, destroy: high}.")
    return {str(kind): risk_of(f"risk.{kind}", value) for kind, value in risk.items()}


def _synonyms(manifest: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    synonyms = manifest.get("synonyms") or {}
    if not isinstance(synonyms, dict):
        raise CatalogError("synonyms must map variables to lists of texts, as in {versioning: [keep old versions]}.")
    return {str(name): texts(synonyms, name) for name in synonyms}


def _check(manifest: dict[str, Any], variables: tuple[Variable, ...], outputs: set[str]) -> None:
    names = {variable.name for variable in variables}
    if not isinstance(manifest.get("continue_after_interruption", False), bool):
        raise CatalogError("continue_after_interruption must be true or false.")
    ask = texts(manifest, "ask")
    names_among("ask", ask, names, "a variable of the module")
    names_among("outputs", texts(manifest, "outputs"), outputs, "an output of the module")
    for field in ("phrases", "destroy_phrases"):
        check_phrases(field, texts(manifest, field), names)
    if not texts(manifest, "phrases"):
        raise CatalogError("phrases is empty: nobody could ask for it.")
    for variable in variables:
        if variable.required and variable.name not in ask:
            raise CatalogError(f"the variable {variable.name} has no default, so ask must name it.")
        _check_default(variable)


def _check_default(variable: Variable) -> None:
    """A default that is not of its own type is a mistake of the module, or of our reading of it."""
    if variable.required or variable.default is None:
        return
    try:
        fit(variable.type, variable.default)
    except Misfit as error:
        raise CatalogError(f"the default of {variable.name} must be {error}.") from None
