namespace Cluster.Tests.Deployments;

/// <summary>Manifests of the tests.</summary>
internal static class Manifests
{
    public const string Settings =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {level: info, colour: blue}
        """;

    public const string Credentials =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: credentials}
        stringData: {password: canary-one}
        """;

    public const string Web =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              schedulerName: nobody
              containers:
                - name: web
                  image: registry.example.com/web:1
        """;

    public const string Migration =
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migration}
        spec:
          template:
            spec:
              restartPolicy: Never
              schedulerName: nobody
              containers:
                - name: migration
                  image: registry.example.com/web:1
        """;
}
