// Facts of the Kubernetes API that the client's models do not carry.

// Kinds whose group is not that of the path that takes them.
export const kindsOfOtherGroups = new Map([
  ['Eviction', 'policy/v1'],
  ['Scale', 'autoscaling/v1'],
  ['TokenRequest', 'authentication.k8s.io/v1'],
]);

// Base64 in maps; the models before 1.32 have no formats.
export const byteMaps = new Set(['Secret.data', 'ConfigMap.binaryData']);

// Any JSON goes.
export const preserving = new Set(['ControllerRevision.data', 'ManagedFieldsEntry.fieldsV1']);

// x-kubernetes-list-type map (keys) or set, by type name without its version.
const keys = {
  'PodSpec.containers': ['name'],
  'PodSpec.initContainers': ['name'],
  'PodSpec.ephemeralContainers': ['name'],
  'PodSpec.volumes': ['name'],
  'PodSpec.imagePullSecrets': ['name'],
  'PodSpec.hostAliases': ['ip'],
  'PodSpec.schedulingGates': ['name'],
  'PodSpec.resourceClaims': ['name'],
  'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'Container.ports': ['containerPort', 'protocol'],
  'Container.env': ['name'],
  'Container.volumeMounts': ['mountPath'],
  'Container.volumeDevices': ['devicePath'],
  'EphemeralContainer.ports': ['containerPort', 'protocol'],
  'EphemeralContainer.env': ['name'],
  'EphemeralContainer.volumeMounts': ['mountPath'],
  'EphemeralContainer.volumeDevices': ['devicePath'],
  'ResourceRequirements.claims': ['name'],
  'VolumeResourceRequirements.claims': ['name'],
  'ServiceSpec.ports': ['port', 'protocol'],
  'ServiceAccount.secrets': ['name'],
  'ObjectMeta.ownerReferences': ['uid'],
  'ObjectMeta.finalizers': 'set',
  'NodeSpec.podCIDRs': 'set',
  'NodeStatus.addresses': ['type'],
  'PodStatus.podIPs': ['ip'],
  'UncountedTerminatedPods.failed': 'set',
  'UncountedTerminatedPods.succeeded': 'set',
  'CSINodeSpec.drivers': ['name'],
  'ValidatingWebhookConfiguration.webhooks': ['name'],
  'MutatingWebhookConfiguration.webhooks': ['name'],
  'ValidatingWebhook.matchConditions': ['name'],
  'MutatingWebhook.matchConditions': ['name'],
  'ValidatingAdmissionPolicySpec.matchConditions': ['name'],
  'ValidatingAdmissionPolicySpec.variables': ['name'],
  'JSONSchemaProps.x-kubernetes-validations': ['rule'],
};

export function listKeys(type, field, item) {
  if (field === 'conditions' && /Condition>?$/.test(item)) return ['type'];
  return keys[`${type}.${field}`];
}

// Quantities in types of which no model with that fact is to be had.
export const quantities = new Set([
  'BasicDevice.capacity',
  'DeviceCapacity.value',
  'NamedResourcesAttribute.quantity',
]);
