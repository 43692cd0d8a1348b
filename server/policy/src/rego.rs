//! Rego in process. What else touches regorus is `policy test` (`tests_of_policies`) and `policy explain`.

mod addresses;
pub(crate) mod bundle;
pub(crate) mod defaults;
pub mod files;
pub(crate) mod functions;
pub(crate) mod names;
pub mod nesting;
pub(crate) mod place;
pub(crate) mod reasons;
pub(crate) mod rule;

use regorus::Engine;
use regorus::utils::limits::ExecutionTimerConfig;
use std::num::NonZeroU32;
use std::time::Duration;

/// Steps of the interpreter between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(32).expect("32 is not zero");

/// Where, if it is known, and what.
pub(crate) type Problem = (Option<String>, crate::error::PolicyProblem);

/// An engine in which a builtin that fails is an error, and not silently undefined: `not f(x)` would be true then.
pub(crate) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine
}

pub(crate) fn limit(engine: &mut Engine, limit: Duration) {
    let config = ExecutionTimerConfig { limit, check_interval: CHECK_INTERVAL };
    engine.set_execution_timer_config(config);
}
