//! Asking the server from an op, and its refusal as an exception. Not what is asked.

use crate::calls::Calls;
use deno_core::OpState;
use deno_error::{AdditionalProperties, JsErrorClass, PropertyValue};
use mcp_v8_sandbox::{HostAnswer, HostCall, HostError};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// The server's refusal or failure as an exception. Its property `code` is the system's name of the error and `outcome`
/// the outcome code; without such a name, `code` is the outcome code.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Refused(pub HostError);

impl JsErrorClass for Refused {
    fn get_class(&self) -> Cow<'static, str> {
        Cow::Owned(self.0.class.clone())
    }
    fn get_message(&self) -> Cow<'static, str> {
        Cow::Owned(self.0.message.clone())
    }
    fn get_additional_properties(&self) -> AdditionalProperties {
        let outcome = self.0.code.map(|code| code.as_str().to_owned());
        let properties = match (self.0.errno.clone(), outcome) {
            (Some(errno), outcome) => {
                [Some(("code", errno)), outcome.map(|code| ("outcome", code))]
            }
            (None, outcome) => [outcome.map(|code| ("code", code)), None],
        };
        let text = |(name, value): (&'static str, String)| {
            (Cow::Borrowed(name), PropertyValue::String(value.into()))
        };
        Box::new(properties.into_iter().flatten().map(text))
    }
    fn get_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }
}

/// Asks, and gives the event loop its turn until there is an answer.
pub async fn ask(state: &Rc<RefCell<OpState>>, call: HostCall) -> Result<HostAnswer, Refused> {
    let calls = calls(&state.borrow())?;
    calls.ask(call).await.map_err(Refused)
}

/// Asks, and does nothing else until there is an answer.
pub fn ask_now(state: &OpState, call: HostCall) -> Result<HostAnswer, Refused> {
    calls(state)?.ask_now(call).map_err(Refused)
}

fn calls(state: &OpState) -> Result<Arc<Calls>, Refused> {
    let found = state.try_borrow::<Arc<Calls>>().cloned();
    found.ok_or_else(|| Refused(HostError::new("Error", "there is no server to ask")))
}

/// The answer is of a kind that the call does not have.
pub fn unexpected() -> Refused {
    Refused(HostError::new("Error", "the server gave an answer of another kind"))
}
