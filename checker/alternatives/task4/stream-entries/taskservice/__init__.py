"""The parts of the service, one module a feature; `app` names them where the platform looks for them."""
