// deploy-k8s: brings a Kubernetes cluster to what manifests say, shows it before, waits until it runs, and says why when it does not.
using Actions.DeployK8s;
using Actions.Shared.Hosting;

return await ActionHost.RunAsync(DeployK8sProgram.Definition, args);
