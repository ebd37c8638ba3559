using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>What the rules about pod security share: how pod and container settings combine.</summary>
internal static class PodSecurity
{
    /// <summary>Whether the pod says that it runs on Windows (<c>spec.os.name</c>), where Linux settings do not apply.</summary>
    public static bool IsWindows(PodView pod) => pod.Spec.Mapping("os").Text("name") == "windows";

    /// <summary>Whether the pod runs in a user namespace of its own (<c>hostUsers: false</c>, KEP-127).</summary>
    public static bool HasUserNamespace(PodView pod) => pod.Spec.Boolean("hostUsers") is false;

    /// <summary>The value of a security context field that a container inherits from its pod unless it sets its own.</summary>
    public static YamlNode? Effective(PodView pod, ContainerView container, string key) =>
        container.SecurityContext?[key] ?? pod.SecurityContext?[key];

    /// <summary>Reports the container unless <paramref name="holds"/>: at the field when it is set, at the security context or the container when not.</summary>
    public static void RequireInSecurityContext(ObjectInspection x, ContainerView container, string key, bool holds, string what)
    {
        if (holds)
        {
            return;
        }

        if (container.SecurityContext?[key] is { } value)
        {
            x.Report(value, $"{container} {what}");
        }
        else
        {
            x.ReportMissing(container.Body, $"securityContext/{key}", $"{container} {what}: `{key}` is not set");
        }
    }
}
