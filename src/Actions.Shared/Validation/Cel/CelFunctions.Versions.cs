using System.Numerics;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddVersions(Action<string, string, CelFunction> add)
    {
        add("isSemver", "s>b", (_, a) => CelValue.Of(CelVersions.Read(S(a[0]), normalize: false) is not null));
        add("isSemver", "sb>b", (_, a) => CelValue.Of(CelVersions.Read(S(a[0]), ((CelBool)a[1]).Value) is not null));
        add("semver", "s>V", (_, a) => (CelValue?)CelVersions.Read(S(a[0]), normalize: false) ?? BadVersion(a[0]));
        add("semver", "sb>V", (_, a) => (CelValue?)CelVersions.Read(S(a[0]), ((CelBool)a[1]).Value) ?? BadVersion(a[0]));
        add("major", "V.>i", (_, a) => Part(((CelSemver)a[0]).Major));
        add("minor", "V.>i", (_, a) => Part(((CelSemver)a[0]).Minor));
        add("patch", "V.>i", (_, a) => Part(((CelSemver)a[0]).Patch));
        add("isLessThan", "V.V>b", (_, a) => CelValue.Of(CelVersions.Compare((CelSemver)a[0], (CelSemver)a[1]) < 0));
        add("isGreaterThan", "V.V>b", (_, a) => CelValue.Of(CelVersions.Compare((CelSemver)a[0], (CelSemver)a[1]) > 0));
        add("compareTo", "V.V>i", (_, a) => CelValue.Of((long)Math.Sign(CelVersions.Compare((CelSemver)a[0], (CelSemver)a[1]))));
    }

    private static CelValue Part(BigInteger number) => number <= long.MaxValue ? CelValue.Of((long)number) : CelError.Overflow("integer");

    private static CelError BadVersion(CelValue text) => new($"'{S(text)}' is no semantic version");
}
