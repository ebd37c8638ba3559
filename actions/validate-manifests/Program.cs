// validate-manifests: finds what Kubernetes would refuse in manifests before they are deployed, and says where.
using Actions.Shared.Hosting;
using Actions.ValidateManifests;

return await ActionHost.RunAsync(ValidateManifestsProgram.Definition, args);
