//! Brings what is missing, or says clearly what it can't bring.

use crate::node;
use crate::packages::{self, FOR_BUILDING, FOR_TESTS};
use anyhow::Result;

/// Everything that building and opening Bohao takes.
pub fn for_building() -> Result<()> {
    node::require()?;
    packages::install(&[FOR_BUILDING])?;
    node::install()
}

/// Everything that the checks and tests take.
pub fn for_tests() -> Result<()> {
    node::require()?;
    packages::install(&[FOR_BUILDING, FOR_TESTS])?;
    node::install()
}
