//! What the routes ask of the application layer: the seam between HTTP and [`Service`], so that routes can be tried
//! without workers. It adds nothing to the service.

use crate::artifacts::Artifacts;
use crate::states::States;
use mcp_v8_executions::{
    ListPage, ListQuery, Load, LookupError, OutputPage, PageRequest, Record, Request, Service,
    SubmitError,
};
use mcp_v8_sandbox::{ExecutionId, Principal};
use mcp_v8_settings::Settings;
use std::pin::Pin;
use std::time::Duration;

/// An answer that is on its way.
pub type Answer<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// The executions of this server. Every method is the one of [`Service`] with the same name.
pub trait Executions: States + Artifacts {
    fn settings(&self) -> &Settings;

    fn submit<'a>(
        &'a self,
        principal: &'a Principal,
        request: Request,
    ) -> Answer<'a, ExecutionId, SubmitError>;

    fn wait<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        up_to: Duration,
    ) -> Answer<'a, Record, LookupError>;

    fn list<'a>(
        &'a self,
        principal: &'a Principal,
        query: ListQuery,
    ) -> Answer<'a, ListPage, LookupError>;

    fn output<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        page: PageRequest,
    ) -> Answer<'a, OutputPage, LookupError>;

    fn follow<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        from: u64,
        limit: u64,
    ) -> Answer<'a, OutputPage, LookupError>;

    fn cancel<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
    ) -> Answer<'a, Record, LookupError>;

    fn load(&self) -> Load;

    fn is_draining(&self) -> bool;

    fn is_writable(&self) -> bool;
}

impl Executions for Service {
    fn settings(&self) -> &Settings {
        Service::settings(self)
    }

    fn submit<'a>(
        &'a self,
        principal: &'a Principal,
        request: Request,
    ) -> Answer<'a, ExecutionId, SubmitError> {
        Box::pin(Service::submit(self, principal, request))
    }

    fn wait<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        up_to: Duration,
    ) -> Answer<'a, Record, LookupError> {
        Box::pin(Service::wait(self, principal, id, up_to))
    }

    fn list<'a>(
        &'a self,
        principal: &'a Principal,
        query: ListQuery,
    ) -> Answer<'a, ListPage, LookupError> {
        Box::pin(Service::list(self, principal, query))
    }

    fn output<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        page: PageRequest,
    ) -> Answer<'a, OutputPage, LookupError> {
        Box::pin(Service::output(self, principal, id, page))
    }

    fn follow<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        from: u64,
        limit: u64,
    ) -> Answer<'a, OutputPage, LookupError> {
        Box::pin(Service::follow(self, principal, id, from, limit))
    }

    fn cancel<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
    ) -> Answer<'a, Record, LookupError> {
        Box::pin(Service::cancel(self, principal, id))
    }

    fn load(&self) -> Load {
        Service::load(self)
    }

    fn is_draining(&self) -> bool {
        Service::is_draining(self)
    }

    fn is_writable(&self) -> bool {
        Service::is_writable(self)
    }
}
