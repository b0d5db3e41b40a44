{{- define "seqwarden.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "seqwarden.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "seqwarden.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "seqwarden.selectorLabels" -}}
app.kubernetes.io/name: {{ include "seqwarden.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "seqwarden.labels" -}}
{{ include "seqwarden.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{- define "seqwarden.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "seqwarden.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "seqwarden.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* What the schema cannot say in words that help. */}}
{{- define "seqwarden.check" -}}
{{- if not .Values.databases -}}
{{- fail "databases is empty: give at least one, such as --set databases.app.url=jdbc:postgresql://host:5432/app" -}}
{{- end -}}
{{- range $name, $database := .Values.databases -}}
{{- if not (or $database.url $.Values.databaseDefaults.url) -}}
{{- fail (printf "databases.%s.url is missing: give its JDBC URL, such as jdbc:postgresql://host:5432/%s" $name $name) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.token.secretName -}}
{{- fail "token.secretName is empty: the Pod listens on an address that others reach, and seqwarden does not start there without a token. Create a Secret, such as kubectl create secret generic seqwarden-token --from-literal=token=$(openssl rand -hex 32), and give its name" -}}
{{- end -}}
{{- end -}}

{{/* One block of the configuration: passwordSecret becomes the file that is mounted for it. */}}
{{- define "seqwarden.database" -}}
{{- $block := omit .block "passwordSecret" -}}
{{- if .block.passwordSecret -}}
{{- $block = set $block "password-file" (printf "passwords/%s" .file) -}}
{{- end -}}
{{- $block | toJson -}}
{{- end -}}

{{/* The configuration. JSON is HOCON, and quotes whatever a value holds. */}}
{{/* What has ${NAME} in it leaves the quotes there, so that the environment is asked for it. */}}
{{- define "seqwarden.configuration" -}}
{{- regexReplaceAll "[$][{]([A-Za-z_][A-Za-z0-9_]*)[}]" (include "seqwarden.configurationInQuotes" .) "\"$${${1}}\"" -}}
{{- end -}}

{{- define "seqwarden.configurationInQuotes" -}}
{{- $http := dict "host" "0.0.0.0" "port" 8787 "token-file" "token" -}}
{{- if .Values.tls.secretName -}}
{{- $http = set $http "tls" (dict "certificate" "tls/tls.crt" "key" "tls/tls.key") -}}
{{- end -}}
{{- $databases := dict -}}
{{- range $name, $block := .Values.databases -}}
{{- $rendered := include "seqwarden.database" (dict "block" $block "file" (printf "database-%s" $name)) -}}
{{- $databases = set $databases $name (fromJson $rendered) -}}
{{- end -}}
{{- $defaults := include "seqwarden.database" (dict "block" .Values.databaseDefaults "file" "defaults") -}}
{{- dict "seqwarden" (dict
      "http" $http
      "metrics" (dict "max-sequences" .Values.metrics.maxSequences)
      "connections" (dict "total" .Values.connections.total)
      "database-defaults" (fromJson $defaults)
      "databases" $databases) | toPrettyJson -}}
{{- end -}}
