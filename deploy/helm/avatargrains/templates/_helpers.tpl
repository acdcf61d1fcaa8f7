{{- define "avatar.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "avatar.labels" -}}
app.kubernetes.io/name: avatargrains
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* Takes (dict "root" $ "part" "edge"). */ -}}
{{- define "avatar.selector" -}}
app.kubernetes.io/name: avatargrains
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "avatar.secret" -}}
{{- .Values.secrets.existing | default (include "avatar.name" .) -}}
{{- end -}}

{{- /* Metadata of a pod. Takes (dict "root" $ "part" "edge"). */ -}}
{{- define "avatar.podMetadata" -}}
labels:
  {{- include "avatar.selector" . | nindent 2 }}
annotations:
  prometheus.io/scrape: "true"
  prometheus.io/port: "8000"
  prometheus.io/path: /metrics
  {{- if not .root.Values.secrets.existing }}
  checksum/secrets: {{ .root.Values.secrets.values | toJson | sha256sum }}
  {{- end }}
{{- end -}}

{{- /* What every pod has beside its container. Takes (dict "root" $ "values" .Values.edge "part" "edge"). */ -}}
{{- define "avatar.podCommon" -}}
{{- if gt (int .root.Values.drainSeconds) 300 }}
{{- fail (printf "drainSeconds is %v; it must be at most 300" .root.Values.drainSeconds) }}
{{- end -}}
automountServiceAccountToken: false
# A service named avatar would put its own AVATAR_PORT into every pod.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ add .root.Values.drainSeconds 15 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "avatar.selector" . | nindent 8 }}
volumes:
  - name: data
    emptyDir: {}
  - name: tmp
    emptyDir: {}
{{- end -}}

{{- /* The container without its ports. Takes (dict "root" $ "values" .Values.edge "roles" "edge"). */ -}}
{{- define "avatar.container" -}}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
envFrom:
  - secretRef:
      name: {{ include "avatar.secret" .root }}
env:
  - name: POD_NAME
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  - name: AVATAR_CLUSTER__NAME
    value: $(POD_NAME)
  - name: AVATAR_CLUSTER__ADDRESS
    valueFrom: { fieldRef: { fieldPath: status.podIP } }
  {{- if eq .roles "edge" }}
  - name: NODE_ADDRESS
    valueFrom: { fieldRef: { fieldPath: status.hostIP } }
  {{- end }}
  - name: AVATAR_CLUSTER__ROLES
    value: {{ .roles | quote }}
  - name: AVATAR_CLUSTER__PROVIDER
    value: {{ .root.Values.cluster.provider | quote }}
  - name: AVATAR_STORAGE__PROVIDER
    value: Postgres
  - name: AVATAR_CLUSTER__CLUSTERID
    value: {{ .root.Values.cluster.id | quote }}
  - name: AVATAR_CLUSTER__SERVICEID
    value: {{ .root.Values.cluster.serviceId | quote }}
  - name: AVATAR_CLUSTER__SILOPORT
    value: {{ .root.Values.cluster.siloPort | quote }}
  - name: AVATAR_DRAINTIME
    value: {{ printf "00:%02d:%02d" (div (int .root.Values.drainSeconds) 60) (mod (int .root.Values.drainSeconds) 60) | quote }}
  {{- range $name, $value := merge (deepCopy .values.settings) .root.Values.settings }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
volumeMounts:
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
startupProbe:
  httpGet: { path: /api/v1/health, port: http }
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /api/v1/health, port: http }
  periodSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet: { path: /api/v1/health, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
lifecycle:
  # Proxies stop sending new clients here before the drain begins.
  preStop:
    exec: { command: [sleep, "5"] }
resources:
  {{- toYaml .values.resources | nindent 2 }}
{{- end -}}

{{- /* How many edges there can be. */ -}}
{{- define "avatar.maxEdges" -}}
{{- if .Values.edge.autoscaling.enabled -}}{{ .Values.edge.autoscaling.maxReplicas }}{{- else -}}{{ .Values.edge.replicas }}{{- end -}}
{{- end -}}
