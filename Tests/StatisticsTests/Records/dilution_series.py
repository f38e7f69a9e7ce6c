# Independent recomputation (numpy/scipy) of the statistics of a dilution series.
import numpy as np
from scipy import optimize, special, stats
comet = {0.1:[[85,100,82],[101,94,96],[87,89,85]],
 0.3:[[234,276,272],[283,295,288],[307,243,298]],
 0.5:[[415,427,410],[412,430,404],[403,484,433]],
 0.7:[[581,631,626],[629,653,619],[668,689,633]],
 0.9:[[807,807,759],[846,785,781],[830,771,798]]}
single = {0.1:[52,61,47],0.25:[140,118,151],0.5:[247,300,262],0.75:[405,371,440],1.0:[466,533,561]}
def evaluate(data, e):
    preps=[(f,np.atleast_1d(k).astype(float)) for f,ks in data.items() for k in ks]
    f=np.array([p[0] for p in preps]); K=np.array([p[1].sum() for p in preps]); n=np.array([len(p[1]) for p in preps])
    E=n*e; y=K/E; w=E/f
    c=np.sum(w*f*y)/np.sum(w*f*f)
    r2=1-np.sum(w*(y-c*f)**2)/np.sum(w*y*y)
    # COMET's flexible fit: polynomial of degree L-1, by lstsq
    L=len(data); X=np.vander(f,L); sw=np.sqrt(w)
    beta=np.linalg.lstsq(X*sw[:,None],y*sw,rcond=None)[0]; s=X@beta
    pisum=np.sum(np.abs((s-c*f)/(c*f)))
    reps=n.max()>1
    def ll(x,b,wv,beta=0.0):
        h=np.exp(beta*(np.log(f)-np.log(f).mean()))
        phi=(1+b*h)*(1+wv*h/n)-1; mu=E*f*np.exp(x); v=0
        for i,(fi,k) in enumerate(preps):
            if phi[i]<1e-13: v+=stats.poisson.logpmf(K[i],mu[i])
            else: v+=stats.nbinom.logpmf(K[i],1/phi[i],1/(1+phi[i]*mu[i]))
            if n[i]>1:
                if wv*h[i]<1e-13: v+=stats.multinomial.logpmf(k.astype(int),int(K[i]),np.ones(n[i])/n[i])
                else:
                    a=np.ones(n[i])/(wv*h[i]); A=a.sum()
                    v+=special.gammaln(K[i]+1)-special.gammaln(k+1).sum()+special.gammaln(A)-special.gammaln(K[i]+A)+(special.gammaln(k+a)-special.gammaln(a)).sum()
        return v, np.sum(mu/(1+phi*mu))
    def prof(b,wv,beta=0.0):
        r=optimize.minimize_scalar(lambda x:-ll(x,b,wv,beta)[0],bracket=(np.log(c)-.2,np.log(c)+.2),tol=1e-12)
        v,I=ll(r.x,b,wv,beta); return v-0.5*np.log(I)
    def at(t,beta=0.0):
        if not reps or t==0: return prof(t,0.0,beta),0.0
        g=lambda sh: prof((t-t*sh)/(1+t*sh),t*sh,beta)
        r=optimize.minimize_scalar(lambda sh:-g(sh),bounds=(0,1),method='bounded',options=dict(xatol=1e-9))
        c_=[(g(0.0),0.0),(-r.fun,r.x*t),(g(1.0),t)]
        return max(c_)
    r=optimize.minimize_scalar(lambda cv:-at(cv*cv)[0],bounds=(0,1),method='bounded',options=dict(xatol=1e-9))
    cv=r.x; best,wv=at(cv*cv); 
    if at(0.)[0]>=best: cv=0; best,wv=at(0.)
    b=(cv*cv-wv)/(1+wv)
    d=lambda q: 2*(best-at(q*q)[0])-stats.chi2.ppf(.95,1)
    lo=0 if d(0)<0 else optimize.brentq(d,0,cv,xtol=1e-10); hi=optimize.brentq(d,max(cv,1e-3),2,xtol=1e-10)
    mu=E*f*c; chi=np.sum((K-mu)**2/mu)
    chiw=sum(((k-k.mean())**2/k.mean()).sum() for _,k in preps); dfw=(n-1).sum()
    # F
    tau=1/mu+(b+wv/n if reps else cv*cv)
    z=np.log(y/f); W=1/tau; g=np.sum(W*z)/W.sum(); bt=wi=0
    sc=0
    for lv in data:
        m=f==lv; own=np.sum(W[m]*z[m])/W[m].sum(); bt+=W[m].sum()*(own-g)**2; wi+=np.sum(W[m]*(z[m]-own)**2)
        a=np.where(m,E/E[m].sum(),0)-E*f/np.sum(E*f); sc+=m.sum()*np.sqrt(np.sum(a*a*tau)*2/np.pi)
    F=bt/(L-1)/(wi/(len(f)-L)); p=stats.f.sf(F,L-1,len(f)-L)
    # trend
    t=optimize.minimize_scalar(lambda be:-max((optimize.minimize_scalar(lambda q:-at(q*q,2*be)[0],bounds=(0,1),method='bounded',options=dict(xatol=1e-7)).fun*-1),at(0.,2*be)[0]),bounds=(-2,2),method='bounded',options=dict(xatol=1e-4)) if not reps else None
    print(f"c={c:.12g} r2={r2:.12g} pi={pisum/len(f):.12g} pisum={pisum:.12g} cv={cv:.9g} b={b**.5:.9g} w={wv**.5:.9g} lo={lo:.9g} hi={hi:.9g} disp={chi/(len(f)-1):.12g} pdisp={stats.chi2.sf(chi,len(f)-1):.9g} dw={chiw/dfw if dfw else None} pdw={stats.chi2.sf(chiw,dfw) if dfw else None} p={p:.9g} scatter={sc/len(f):.9g} best={best:.10g}")
    if t is not None: print("trend",t.x, 2*(-t.fun-best), stats.chi2.sf(2*(-t.fun-best),1))
evaluate(single, 100.0)
evaluate(comet, 840.0)
