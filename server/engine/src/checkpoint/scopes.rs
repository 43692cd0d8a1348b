//! Which variables a function closes over: V8's debugger knows, and tells through the inspector protocol
//! (Runtime domain, `[[Scopes]]` in the internal properties of a function). No debugging is switched on.

use deno_core::v8;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use v8::inspector::{
    Channel, ChannelImpl, StringBuffer, StringView, V8Inspector, V8InspectorClient,
    V8InspectorClientImpl, V8InspectorClientTrustLevel, V8InspectorSession,
};

/// The one context group there is.
const GROUP: i32 = 1;

/// A property of the global object while the inspector looks; no script runs meanwhile.
const DOOR: &str = "%mcp-v8 scopes%";

/// Per function an array of its scopes, innermost first; `object` of each has a property per variable. `None` when the
/// protocol gives something else than expected.
pub fn of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    functions: v8::Local<'s, v8::Array>,
) -> Option<v8::Local<'s, v8::Array>> {
    let context = scope.get_current_context();
    let global = context.global(scope);
    let door = v8::String::new(scope, DOOR)?.into();
    let found = v8::Array::new(scope, 0);
    // A setter that a script has put on Array.prototype is not met.
    let none = v8::null(scope).into();
    found.set_prototype(scope, none)?;
    // Without a prototype, no setter of a script's is met when it is filled.
    let nothing = v8::null(scope).into();
    found.set_prototype(scope, nothing).filter(|done| *done)?;
    let parts = v8::Array::new_with_elements(scope, &[functions.into(), found.into()]);
    global.create_data_property(scope, door, parts.into()).filter(|done| *done)?;
    let inspector = V8Inspector::create(scope, V8InspectorClient::new(Box::new(Client)));
    let name = StringView::from(&b"session"[..]);
    inspector.context_created(context, GROUP, name, StringView::empty());
    let asked = Session::new(&inspector).look(functions.length());
    inspector.context_destroyed(context);
    drop(inspector);
    global.delete(scope, door.into())?;
    asked.map(|()| found)
}

struct Client;
impl V8InspectorClientImpl for Client {}

/// The answers, in order. Notifications are of no interest.
#[derive(Clone, Default)]
struct Answers(Rc<RefCell<Vec<Value>>>);

impl ChannelImpl for Answers {
    fn send_response(&self, _call: i32, message: v8::UniquePtr<StringBuffer>) {
        let text = message.as_ref().map(|text| text.string().to_string()).unwrap_or_default();
        self.0.borrow_mut().push(serde_json::from_str(&text).unwrap_or_default());
    }
    fn send_notification(&self, _message: v8::UniquePtr<StringBuffer>) {}
    fn flush_protocol_notifications(&self) {}
}

struct Session {
    session: V8InspectorSession,
    answers: Answers,
}

impl Session {
    fn new(inspector: &V8Inspector) -> Self {
        let answers = Answers::default();
        let channel = Channel::new(Box::new(answers.clone()));
        let trust = V8InspectorClientTrustLevel::FullyTrusted;
        let session = inspector.connect(GROUP, channel, StringView::empty(), trust);
        Self { session, answers }
    }

    /// Asks for the scopes of each function and lets the answer be put into the door's second place.
    fn look(&self, count: u32) -> Option<()> {
        let (list, found) = (self.part(0)?, self.part(1)?);
        let own = json!({"objectId": list, "ownProperties": true});
        let elements = self.ask("Runtime.getProperties", own)?;
        let put = "function (index, found) { found[index] = this; }";
        for element in elements["result"].as_array()? {
            let Some(index) = element["name"].as_str().and_then(|name| name.parse::<u32>().ok())
            else {
                continue;
            };
            let Some(function) = element["value"]["objectId"].as_str().filter(|_| index < count)
            else {
                continue;
            };
            let asked = json!({"objectId": function, "ownProperties": true});
            let properties = self.ask("Runtime.getProperties", asked)?;
            let inner = properties["internalProperties"].as_array()?;
            let scopes = inner.iter().find(|one| one["name"] == "[[Scopes]]")?;
            let scopes = scopes["value"]["objectId"].as_str()?;
            let arguments = json!([{ "value": index }, { "objectId": found }]);
            let call =
                json!({"objectId": scopes, "functionDeclaration": put, "arguments": arguments});
            self.ask("Runtime.callFunctionOn", call)?;
        }
        Some(())
    }

    /// A place of the door, by the protocol's number for it. `globalThis` may be a script's own; `this` is not.
    fn part(&self, index: u32) -> Option<String> {
        // The first context an inspector hears of has this number.
        let expression = format!("this[{}][{index}]", json!(DOOR));
        let part =
            self.ask("Runtime.evaluate", json!({"expression": expression, "contextId": 1}))?;
        part["result"]["objectId"].as_str().map(str::to_owned)
    }

    fn ask(&self, method: &str, params: Value) -> Option<Value> {
        let message = json!({"id": 1, "method": method, "params": params}).to_string();
        self.session.dispatch_protocol_message(StringView::from(message.as_bytes()));
        let mut answer = self.answers.0.borrow_mut().pop()?;
        Some(answer["result"].take()).filter(|result| result.is_object())
    }
}
