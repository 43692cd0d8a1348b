//! Unique request ids inside a legacy session. rmcp answers only one of two requests that share an id and are open at
//! once, and some clients send every request with the same one.

use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, RequestId, ServerJsonRpcMessage,
};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests of a session whose own ids are remembered.
const REMEMBERED: usize = 4096;

/// The ids of one session.
#[derive(Clone, Debug, Default)]
pub struct SessionIds(Arc<Mutex<Ids>>);

#[derive(Debug, Default)]
struct Ids {
    next: u64,
    /// From our id to the client's.
    own: HashMap<RequestId, RequestId>,
    order: VecDeque<RequestId>,
}

impl SessionIds {
    /// Gives a request an id of ours.
    pub fn inward(&self, mut message: ClientJsonRpcMessage) -> ClientJsonRpcMessage {
        if let JsonRpcMessage::Request(request) = &mut message {
            let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            ids.next += 1;
            let ours = RequestId::String(format!("r{}", ids.next).into());
            let own = std::mem::replace(&mut request.id, ours.clone());
            ids.own.insert(ours.clone(), own);
            ids.order.push_back(ours);
            if ids.order.len() > REMEMBERED
                && let Some(oldest) = ids.order.pop_front()
            {
                ids.own.remove(&oldest);
            }
        }
        message
    }

    /// Gives an answer the client's id back.
    pub fn outward(&self, message: &mut ServerJsonRpcMessage) {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match message {
            JsonRpcMessage::Response(response) => {
                if let Some(own) = ids.own.get(&response.id) {
                    response.id = own.clone();
                }
            }
            JsonRpcMessage::Error(error) => {
                if let Some(own) = error.id.as_ref().and_then(|id| ids.own.get(id)) {
                    error.id = Some(own.clone());
                }
            }
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => {}
        }
    }

    /// A notification, once for every open request it may mean: a cancellation names a client's id.
    pub fn spread(&self, message: ClientJsonRpcMessage) -> Vec<ClientJsonRpcMessage> {
        let cancelled = match &message {
            JsonRpcMessage::Notification(notification) => match &notification.notification {
                ClientNotification::CancelledNotification(cancelled) => {
                    cancelled.params.request_id.clone()
                }
                _ => None,
            },
            _ => None,
        };
        let Some(own) = cancelled else { return vec![message] };
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let meant =
            ids.own.iter().filter(|(_, known)| **known == own).map(|(ours, _)| ours.clone());
        meant.map(|ours| with_cancelled_id(message.clone(), ours)).collect()
    }
}

fn with_cancelled_id(mut message: ClientJsonRpcMessage, id: RequestId) -> ClientJsonRpcMessage {
    if let JsonRpcMessage::Notification(notification) = &mut message
        && let ClientNotification::CancelledNotification(cancelled) = &mut notification.notification
    {
        cancelled.params.request_id = Some(id);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn client(value: serde_json::Value) -> ClientJsonRpcMessage {
        serde_json::from_value(value).expect("a client's message")
    }

    fn id_of(message: &ClientJsonRpcMessage) -> RequestId {
        match message {
            JsonRpcMessage::Request(request) => request.id.clone(),
            other => panic!("not a request: {other:?}"),
        }
    }

    #[test]
    fn two_open_requests_with_one_id_are_told_apart_and_both_get_their_id_back() {
        let ids = SessionIds::default();
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let (first, second) =
            (id_of(&ids.inward(client(ping.clone()))), id_of(&ids.inward(client(ping))));
        assert_ne!(first, second);
        for ours in [first, second] {
            let answer = json!({ "jsonrpc": "2.0", "id": ours, "result": {} });
            let mut answer: ServerJsonRpcMessage =
                serde_json::from_value(answer).expect("an answer");
            ids.outward(&mut answer);
            assert_eq!(serde_json::to_value(&answer).expect("JSON")["id"], 1);
        }
    }

    #[test]
    fn a_cancellation_reaches_the_request_it_names() {
        let ids = SessionIds::default();
        let call = json!({ "jsonrpc": "2.0", "id": "x", "method": "ping" });
        let ours = id_of(&ids.inward(client(call)));
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": "x" } });
        let spread = ids.spread(client(cancel));
        let named = serde_json::to_value(&spread).expect("JSON");
        assert_eq!(named[0]["params"]["requestId"], serde_json::to_value(ours).expect("JSON"));
        let other = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": "y" } });
        assert!(ids.spread(client(other)).is_empty());
    }
}
