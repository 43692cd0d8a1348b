let text = ""; try { structuredClone(() => {}) } catch (e) { text = e.stack }
text.includes("ext:")
