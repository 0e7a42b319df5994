-- One row a person and environment: the sealed refresh token and what is known of it.
create table grants (
  environment text not null,
  issuer text not null,
  subject text not null,
  key_name text not null,
  wrapped bytea not null,
  box bytea not null,
  version bigint not null default 1,
  state text not null default 'connected' check (state in ('connected', 'doubtful', 'refused')),
  doubted timestamptz,
  created timestamptz not null default now(),
  used timestamptz not null default now(),
  primary key (environment, issuer, subject)
);

comment on column grants.state is 'doubtful: refused once, which an outage also looks like; refused: twice';
comment on column grants.doubted is 'when the token was refused first';
