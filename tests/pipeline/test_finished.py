"""What a process says while it loads is read from what Ray makes of it."""

from ray.exceptions import RayError

from pipeline.finished import _setup_fault


def test_a_setup_fault_in_a_worker_is_read_from_what_ray_says() -> None:
    said = (
        "The actor died: \n Traceback ...\nstages.faults.SetupError: model.path: broken.\nMend it."
    )
    fault = _setup_fault(RayError(said))
    assert fault is not None
    assert str(fault) == "model.path: broken.\nMend it."
    assert _setup_fault(RayError("ValueError: something else")) is None


def test_so_is_that_a_machine_lacks_the_package_of_a_stage() -> None:
    said = "The actor died: \n Traceback ...\npipeline.recipe.RecipeError: a.b:C cannot be imported"
    assert str(_setup_fault(RayError(said))) == "a.b:C cannot be imported"
