{{- define "whitespace.labels" -}}
app.kubernetes.io/name: whitespace-mcp
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "whitespace.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "whitespace.env" -}}
- { name: WHITESPACE_TEAM, value: "on" }
- { name: WHITESPACE_TEAM_URL, value: {{ required "url: the public address of /mcp" .Values.url | quote }} }
- { name: WHITESPACE_TEAM_ISSUER, value: {{ required "issuer: the identity provider" .Values.issuer | quote }} }
- { name: WHITESPACE_TEAM_CLIENT_ID, value: {{ required "clientId: the client of /connect" .Values.clientId | quote }} }
{{- with .Values.audience }}
- { name: WHITESPACE_TEAM_AUDIENCE, value: {{ . | quote }} }
{{- end }}
- { name: WHITESPACE_TEAM_SCOPE, value: {{ .Values.scope | quote }} }
- { name: WHITESPACE_TEAM_SUBJECT_CLAIM, value: {{ .Values.subjectClaim | quote }} }
- { name: WHITESPACE_TEAM_MEMORY, value: {{ .Values.memory | quote }} }
- { name: WHITESPACE_TEAM_KEYS, value: /keys/keys }
- { name: WHITESPACE_TEAM_REPLICA, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- name: WHITESPACE_TEAM_CLIENT_SECRET
  valueFrom: { secretKeyRef: { name: {{ .Values.secrets.client }}, key: secret } }
- name: WHITESPACE_TEAM_DATABASE
  valueFrom: { secretKeyRef: { name: {{ .Values.secrets.database }}, key: url } }
{{- with .Values.secrets.redis }}
- name: WHITESPACE_TEAM_REDIS
  valueFrom: { secretKeyRef: { name: {{ . }}, key: url } }
{{- end }}
- { name: WHITESPACE_ROOT, value: {{ .Values.platform.root | quote }} }
- { name: WHITESPACE_BUCKET, value: {{ .Values.platform.bucket | quote }} }
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "whitespace.container" -}}
image: {{ include "whitespace.image" . }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: { drop: [ALL] }
env:
  {{- include "whitespace.env" . | nindent 2 }}
volumeMounts:
  - { name: keys, mountPath: /keys, readOnly: true }
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "whitespace.pod" -}}
automountServiceAccountToken: false
# Else the names of services arrive as WHITESPACE_... variables where the release is called so.
enableServiceLinks: false
securityContext:
  seccompProfile: { type: RuntimeDefault }
  fsGroup: 10001
volumes:
  - name: keys
    secret: { secretName: {{ .Values.secrets.keys }}, defaultMode: 0440 }
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
