/** A node of type `e-mail` from the package node-red-node-email, as it stands in the flow file. */
export interface OldNode {
  id: string;
  z: string;
  /** Not the node's name: the recipient of all its mails, or empty for the message's. */
  name?: string;
  /** The node's name. */
  dname?: string;
  server?: string;
  port?: string | number;
  /** TLS from the first byte. Missing in nodes of before it could be switched off. */
  secure?: boolean;
  /** Whether the certificate is checked; it is where this is missing. */
  tls?: boolean;
  /** `BASIC`, `XOAUTH2` or `NONE`. Missing in nodes of before there was a choice. */
  authtype?: string;
  /** The property of the message that has the token for XOAUTH2. */
  token?: string;
  /** Its flow or subflow has environment variables of its own. */
  hasFlowEnvironment?: boolean;
}

/** What the server tells of an e-mail node's credentials; the password itself never reaches the browser. */
export interface Account {
  username: string;
  hasPassword: boolean;
}
