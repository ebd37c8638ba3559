using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>What the rules about pod security share: how pod and container settings combine.</summary>
internal static class PodSecurity
{
    /// <summary>Whether the pod says that it runs on Windows (<c>spec.os.name</c>), where Linux settings do not apply.</summary>
    public static bool IsWindows(PodView pod) => pod.Spec.Mapping("os").Text("name") == "windows";

    /// <summary>Whether the pod runs in a user namespace of its own (<c>hostUsers: false</c>, KEP-127).</summary>
    public static bool HasUserNamespace(PodView pod) => pod.Spec.Boolean("hostUsers") is false;

    /// <summary>The security context that decides about <paramref name="key"/>: the container's own if it sets the field, else the pod's. A null sets nothing.</summary>
    public static YamlMapping? Holder(PodView pod, ContainerView container, string key) =>
        IsSet(container.SecurityContext, key) ? container.SecurityContext : pod.SecurityContext;

    /// <summary>Whether the pod or the container sets the field.</summary>
    public static bool IsSet(PodView pod, ContainerView container, string key) => IsSet(container.SecurityContext, key) || IsSet(pod.SecurityContext, key);

    private static bool IsSet(YamlMapping? context, string key) => context?[key] is not (null or YamlScalar { Type: YamlScalarType.Null });

    /// <summary>Whether the standards let Windows pods do without settings that only Linux knows: from 1.25 on, and wherever no standard is demanded.</summary>
    public static bool IsExemptWindows(ObjectInspection x, PodView pod) => x.Settings.PodSecurityMinor >= 25 && IsWindows(pod);

    /// <summary>Reports the container unless <paramref name="holds"/>: at the field when it is set, at the security context or the container when not.</summary>
    public static void RequireInSecurityContext(ObjectInspection x, ContainerView container, string key, bool holds, string what)
    {
        if (holds)
        {
            return;
        }

        if (container.SecurityContext?[key] is { } value)
        {
            x.Report(value, $"{container} {what}", subject: container.Body);
        }
        else
        {
            x.ReportMissing(container.Body, $"securityContext/{key}", $"{container} {what}: `{key}` is not set", subject: container.Body);
        }
    }
}
